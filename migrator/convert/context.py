"""What Airflow's context holds, and the Dagster expression for it: `ds`, `logical_date`, `{{ ts }}`, ..."""

from dataclasses import replace

from migrator.convert.starts import Timing
from migrator.record import dataclass

# Names that Airflow gives to a callable that asks for them, and to templates. A task that uses one for which
# there is no expression below is not native.
CONTEXT_NAMES = frozenset(
    [
        "conf",
        "conn",
        "dag",
        "dag_run",
        "data_interval_end",
        "data_interval_start",
        "ds",
        "ds_nodash",
        "exception",
        "execution_date",
        "expanded_ti_count",
        "inlet_events",
        "inlets",
        "logical_date",
        "macros",
        "map_index_template",
        "next_ds",
        "next_ds_nodash",
        "next_execution_date",
        "outlet_events",
        "outlets",
        "params",
        "prev_data_interval_end_success",
        "prev_data_interval_start_success",
        "prev_ds",
        "prev_ds_nodash",
        "prev_end_date_success",
        "prev_execution_date",
        "prev_execution_date_success",
        "prev_start_date_success",
        "reason",
        "run_id",
        "start_date",
        "asset_state_store",
        "partition_date",
        "partition_key",
        "task",
        "task_instance",
        "task_instance_key_str",
        "task_reschedule_count",
        "task_state_store",
        "templates_dict",
        "test_mode",
        "ti",
        "tomorrow_ds",
        "tomorrow_ds_nodash",
        "triggering_asset_events",
        "triggering_dataset_events",
        "try_number",
        "ts",
        "ts_nodash",
        "ts_nodash_with_tz",
        "var",
        "yesterday_ds",
        "yesterday_ds_nodash",
    ]
)
# Airflow 3 does not fill these in any more: a parameter of that name keeps its default, a template fails.
GONE_IN_3 = frozenset(
    [
        *(
            "conf",
            "execution_date",
            "next_ds",
            "next_ds_nodash",
            "next_execution_date",
            "prev_ds",
            "prev_ds_nodash",
        ),
        *("prev_execution_date", "prev_execution_date_success", "tomorrow_ds", "tomorrow_ds_nodash"),
        *("test_mode", "triggering_dataset_events", "yesterday_ds", "yesterday_ds_nodash"),
    ]
)
# What is in the context of some tasks only.
SOMETIMES = frozenset(
    [
        *(
            "asset_state_store",
            "conn",
            "exception",
            "expanded_ti_count",
            "map_index_template",
            "partition_date",
        ),
        *("partition_key", "reason", "start_date", "task_reschedule_count", "task_state_store", "try_number"),
    ]
)
# Airflow 2 does not know these: there, a parameter of that name keeps its default.
NEW_IN_3 = frozenset(
    {
        *("partition_date", "partition_key", "triggering_asset_events"),
        *("asset_state_store", "task_state_store"),
    }
)
TASK_INSTANCE = frozenset({"ti", "task_instance"})
DATETIMES = frozenset({"logical_date", "execution_date", "data_interval_start", "data_interval_end"})
FORMATS = {
    "ds": "%Y-%m-%d",
    "ds_nodash": "%Y%m%d",
    "ts_nodash": "%Y%m%dT%H%M%S",
    "ts_nodash_with_tz": "%Y%m%dT%H%M%S%z",
}
# What `runtime/dates.py` has texts for.
DATES = ("from ..runtime.dates import data_interval",)
NEIGHBOURS = frozenset({f"{day}_ds{form}" for day in ("yesterday", "tomorrow") for form in ("", "_nodash")})
OF_THE_RUN = frozenset({*FORMATS, "ts", *NEIGHBOURS})
AROUND = frozenset(
    {*(f"{side}_{name}" for side in ("prev", "next") for name in ("ds", "ds_nodash", "execution_date"))}
)


# Stands for what there is nothing for: a DAG in whose steps it is found is not native.
OF_UPDATING_RUNS = "of_the_runs_that_updated"


@dataclass(frozen=True)
class Expression:
    """Python of the new module. `imports` are whole import lines; `dated`: it reads the date of the run."""

    text: str
    is_text: bool = False  # a str already
    imports: tuple[str, ...] = ()
    dated: bool = False


OF_PARTITIONS = {
    name: Expression(f"{name}(context.run)", imports=(f"from ..runtime.partition_keys import {name}",))
    for name in ("partition_key", "partition_date")
}
OTHERS = {
    **OF_PARTITIONS,
    "task_state_store": Expression(
        "task_state(context)", imports=("from ..runtime.state_stores import task_state",)
    ),
    "run_id": Expression("context.run_id", True),
    "try_number": Expression("context.retry_number + 1"),
    "test_mode": Expression("False"),
}


def reads_context(text: str) -> bool:
    """Whether an expression needs Dagster's context."""
    return "context." in text or "(context)" in text


def moment(name: str, timing: Timing) -> Expression:
    """A datetime of the context, in UTC as Airflow has it. `name` is one of DATETIMES."""
    if timing.of_updates and name.startswith("data_interval"):
        return Expression(f"data_interval(context).{OF_UPDATING_RUNS}", imports=DATES, dated=True)
    side = "end" if name == "data_interval_end" and timing.interval else "start"
    if not timing.partitions:
        return Expression(f"data_interval(context).{side}", imports=DATES, dated=True)
    text = f"context.partition_time_window.{side}"
    if timing.partitions and 'timezone="UTC"' not in timing.partitions:
        return Expression(
            f"{text}.astimezone(timezone.utc)", imports=("from datetime import timezone",), dated=True
        )
    return Expression(text, dated=True)


def as_pendulum(date: Expression) -> Expression:
    """The same moment as Airflow gives it."""
    if "import pendulum" in date.imports:
        return date
    return replace(date, text=f"pendulum.instance({date.text})", imports=(*date.imports, "import pendulum"))


def formatted(date: Expression, style: str) -> Expression:
    """A date as one of Airflow's texts: the names of FORMATS, or `ts`."""
    if style == "ts":
        return Expression(f"{date.text}.isoformat()", True, date.imports, dated=True)
    if "'" in date.text:
        return Expression(f"{date.text}.strftime({FORMATS[style]!r})", True, date.imports, dated=True)
    return Expression(f"f'{{{date.text}:{FORMATS[style]}}}'", True, date.imports, dated=True)


def given(name: str, timing: Timing) -> bool:
    """Whether Airflow fills in a parameter of that name."""
    return name in CONTEXT_NAMES and name not in (GONE_IN_3 if timing.airflow3 else NEW_IN_3)


def reserved(name: str, timing: Timing) -> bool:
    """Whether Airflow fails a task that gives a parameter of that name by its place."""
    return given(name, timing) and name not in SOMETIMES


def expression(name: str, timing: Timing) -> Expression | None:
    """What a name of the context becomes, or None when there is nothing for it."""
    if name in (GONE_IN_3 if timing.airflow3 else NEW_IN_3):
        return None
    if name in DATETIMES:
        return moment(name, timing)
    if not timing.partitions and name in OF_THE_RUN:
        return Expression(f"data_interval(context).{name}", True, DATES, dated=True)
    if name in AROUND and timing.partitions and timing.interval:
        return _around(name)
    if name in ("ds", "ds_nodash") and timing.key_is_ds:
        dashes = "" if name == "ds" else ".replace('-', '')"
        return Expression(f"context.partition_key{dashes}", True, dated=True)
    if name in FORMATS or name == "ts":
        return formatted(moment("logical_date", timing), name)
    if name in NEIGHBOURS:
        return _neighbour(name, timing)
    return OTHERS.get(name)


def _around(name: str) -> Expression:
    """A date of the interval before or after."""
    attribute = {"prev_execution_date": "previous", "next_execution_date": "next"}.get(name, name)
    return Expression(f"data_interval(context).{attribute}", attribute == name, DATES, dated=True)


def _neighbour(name: str, timing: Timing) -> Expression:
    base = moment("logical_date", timing)
    sign = "-" if name.startswith("yesterday") else "+"
    style = "ds_nodash" if name.endswith("_nodash") else "ds"
    shifted = Expression(
        f"{base.text} {sign} timedelta(days=1)", imports=(*base.imports, "from datetime import timedelta")
    )
    return formatted(shifted, style)
