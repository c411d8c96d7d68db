"""The names of `volatile` and `vendor` that go by default, once more, for `quick`.

Making the options from those tables takes longer than cleaning a notebook; a test compares them.
`UNUSUAL` are names that only the full way can judge.
"""

CELL = frozenset(
    (
        "ExecuteTime",
        "execution",
        "collapsed",
        "scrolled",
        "heading_collapsed",
        "jp-MarkdownHeadingCollapsed",
        "toc-hr-collapsed",
        "hidden",
        "trusted",
        "user_expressions",
        "execution_event_id",
        "last_executed_text",
        "colab",
        "executionInfo",
        "outputId",
        "papermill",
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
        "gather",
        "advisor",
        "codeCollapsed",
        "resultHeight",
    )
)
IN_CELL = {
    "jupyter": frozenset(("outputs_hidden", "is_executing")),
    "pycharm": frozenset(("is_executing",)),
    "nteract": frozenset(("transient",)),
    "noteable": frozenset(("output_collection_id",)),
}
NOTEBOOK = frozenset(
    (
        "signature",
        "orig_nbformat",
        "orig_nbformat_minor",
        "papermill",
        "deepnote_execution_queue",
        "lastEditStatus",
        "widgets",
        "synapse_widget",
    )
)
IN_NOTEBOOK = {
    "colab": frozenset(("authorship_tag", "collapsed_sections", "last_runtime", "toc_visible")),
    "vscode": frozenset(("interpreter",)),
    "nteract": frozenset(("version",)),
}
UNUSUAL = frozenset(
    ("application/vnd.databricks.v1+cell", "application/vnd.databricks.v1+notebook", "keep_output",
     "keep-output")
)  # fmt: skip
KEEPING_TAGS = frozenset(("keep-output", "keep_output"))
