"""Facts: which metadata running or looking changes. What a platform adds is in `vendor.py`.

Names are dotted: `jupyter.outputs_hidden` is the member of `jupyter`. Tags, slide show settings,
hidden sources and everything unknown are a person's work: they stay.
"""

from __future__ import annotations

CELL = (
    "ExecuteTime",  # the Execute Time extension
    "execution",  # recorded timing: nbformat's format description, "Cell metadata"
    "collapsed",  # how somebody last looked at it
    "scrolled",
    "heading_collapsed",  # the collapsible headings of the classic notebook ...
    "jp-MarkdownHeadingCollapsed",  # ... and of JupyterLab
    "toc-hr-collapsed",
    "hidden",
    "jupyter.outputs_hidden",
    "trusted",  # whether this machine trusts the outputs
    "user_expressions",  # results of inline expressions: outputs by another name (jupyterlab-myst)
    "execution_event_id",  # microsoft/gather keeps a history of runs
    "last_executed_text",
)
NOTEBOOK = (
    "signature",
    "orig_nbformat",
    "orig_nbformat_minor",
    "language_info.version",
)
WIDGETS = (
    "widgets",
    "synapse_widget",  # the tables that `display` showed in Synapse and Fabric
)

# What says how a notebook is read and cleaned: whatever else is dropped, these stay.
PROTECTED_NOTEBOOK = ("keep_output", "keep-output")
PROTECTED_CELL = (
    *PROTECTED_NOTEBOOK,
    "tags",
    "init_cell",
    "vscode.languageId",
    "polyglot_notebook.kernelName",
)
# A notebook that loses these opens without a kernel, or is marked as changed when it is opened.
KERNEL = ("kernelspec", "language_info")

# Mappings that stay when their last member goes: without the rest of `language_info` JupyterLab
# marks a notebook as changed, and Databricks writes its own two for cells that never ran.
HOLLOW = (
    "language_info",
    "application/vnd.databricks.v1+cell.cellMetadata",
    "application/vnd.databricks.v1+cell.tableResultSettingsMap",
)
