"""Facts: the metadata that platforms add, and what of it running or looking changes.

`cell` and `notebook` are volatile and go by default. `own_cell` and `own_notebook` are the rest of
what the platform writes: a person's choices (a title, a form, a data source) and identities that
stay the same over runs; they go only with `drop = ["vendor:NAME"]`. Names are dotted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Vendor(NamedTuple):
    """One platform's keys."""

    cell: tuple[str, ...] = ()
    notebook: tuple[str, ...] = ()
    own_cell: tuple[str, ...] = ()
    own_notebook: tuple[str, ...] = ()


_BRICK = "application/vnd.databricks.v1+cell"
_BRICKS = "application/vnd.databricks.v1+notebook"

VENDORS: Mapping[str, Vendor] = {
    # executionInfo holds user name, time and duration; `colab` of a cell the kernel's address,
    # heights of outputs and their embedded files; the authorship tag changes with every save.
    # https://github.com/googlecolab/colabtools, and notebooks that it saved.
    "colab": Vendor(
        cell=("colab", "executionInfo", "outputId"),
        notebook=(
            "colab.authorship_tag",
            "colab.collapsed_sections",
            "colab.last_runtime",
            "colab.toc_visible",
        ),
        own_cell=("id", "cellView", "colab_type"),
        own_notebook=("colab", "accelerator", "gpuClass"),
    ),
    # The hash of the interpreter that last ran it: https://github.com/microsoft/vscode-jupyter
    "vscode": Vendor(
        notebook=("vscode.interpreter",), own_cell=("vscode",), own_notebook=("vscode",)
    ),
    # The limits are written by the first run ({} before it); times, streams and the state of
    # result tables (with a timestamp of their own) by each. Title, showTitle, nuid and the
    # widgets' definitions stay. https://docs.databricks.com/notebooks, and notebooks in git.
    "databricks": Vendor(
        cell=(
            f"{_BRICK}.cellMetadata.byteLimit",
            f"{_BRICK}.cellMetadata.rowLimit",
            f"{_BRICK}.cellMetadata.implicitDf",
            f"{_BRICK}.tableResultSettingsMap",
            f"{_BRICK}.startTime",
            f"{_BRICK}.finishTime",
            f"{_BRICK}.submitTime",
            f"{_BRICK}.streamStates",
        ),
        notebook=(f"{_BRICKS}.notebookMetadata.mostRecentlyExecutedCommandWithImplicitDF",),
        own_cell=(_BRICK,),
        own_notebook=(_BRICKS,),
    ),
    # Timings are under `execution` and `papermill`. The two ids do not change when a cell runs.
    "kaggle": Vendor(
        own_cell=("_cell_guid", "_uuid", "_kg_hide-input", "_kg_hide-output"),
        own_notebook=("kaggle",),
    ),
    # Paths, versions, times and durations of one run; tags are nbformat's and stay.
    # https://papermill.readthedocs.io
    "papermill": Vendor(cell=("papermill",), notebook=("papermill",)),
    # `pycharm.name` is the cell's title, `#%% Load`, which a person may have written.
    "pycharm": Vendor(
        cell=("pycharm.is_executing", "jupyter.is_executing"),
        own_cell=("pycharm",),
        own_notebook=("pycharm",),
    ),
    # https://github.com/deepnote/deepnote and deepnote/vscode-deepnote: ExecutableCellMetadata
    "deepnote": Vendor(
        cell=(
            "execution_start",
            "execution_millis",
            "execution_context_id",
            "source_hash",
            "output_cleared",
            "deepnote_to_be_reexecuted",
            "deepnote_cell_height",
            "deepnote_output_heights",
            "deepnote_table_state",
            "deepnote_table_loading",
            "deepnote_table_invalid",
            "deepnote_app_outputs_were_cleared",
            "last_function_run_started_at",
        ),
        notebook=("deepnote_execution_queue",),
        own_cell=("cell_id", "deepnote_cell_type", "is_code_hidden", "is_output_hidden"),
        own_notebook=("deepnote", "deepnote_notebook_id"),
    ),
    # Azure Machine Learning writes when a cell ran, Synapse and Fabric advice about a run.
    "microsoft": Vendor(
        cell=("gather", "nteract.transient", "advisor"),
        notebook=("nteract.version",),
        own_cell=("nteract", "microsoft"),
        own_notebook=("nteract", "microsoft", "spark_compute", "trident"),
    ),
    # Who edited last, from which session; folded cells and heights of results.
    "snowflake": Vendor(
        cell=("codeCollapsed", "resultHeight"),
        notebook=("lastEditStatus",),
        own_cell=("resultVariableName",),
    ),
    # https://github.com/noteable-io/origami: a new collection of outputs for each run
    "noteable": Vendor(
        cell=("noteable.output_collection_id",),
        own_cell=("noteable",),
        own_notebook=("noteable",),
    ),
}
