"""What kinds of expressions the templates of a DAG hold, counted by what they refer to."""

from migrator.inventory.jinja import Reference

DATES = frozenset(
    [
        *("ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz", "logical_date", "execution_date"),
        *("data_interval_start", "data_interval_end", "next_ds", "next_ds_nodash", "next_execution_date"),
        *("prev_ds", "prev_ds_nodash", "prev_execution_date", "prev_execution_date_success"),
        *("prev_data_interval_start_success", "prev_data_interval_end_success", "prev_start_date_success"),
        *(
            "prev_end_date_success",
            "yesterday_ds",
            "yesterday_ds_nodash",
            "tomorrow_ds",
            "tomorrow_ds_nodash",
        ),
    ]
)
INSTANCE = frozenset({"ti", "task_instance"})
ROOTS = {
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(
        ("dag_run", "run_id", "dag", "triggering_dataset_events", "triggering_asset_events"), "run"
    ),
    **dict.fromkeys(("task", "task_instance_key_str", "inlets", "outlets", "expanded_ti_count"), "task"),
    "params": "params",
    "var": "variable",
    "conn": "connection",
    "macros": "macro",
}


def kind_of(reference: Reference, macros: frozenset[str]) -> str:
    """The kind of one expression; `macros` are the names that the DAG itself adds to its templates."""
    if reference.root in macros:
        return "macro"
    if reference.root in INSTANCE:
        return "xcom" if reference.steps[:1] == ("xcom_pull",) else "task"
    if reference.root == "dag_run" and reference.steps[:1] == ("conf",):
        return "conf"
    return ROOTS.get(reference.root, "other")
