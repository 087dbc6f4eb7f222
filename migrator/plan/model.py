"""What a plan may say: the keys of `migrate.yaml`, each with a description that editors show."""

import re
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from migrator.ir.cron import is_cron, ticks
from migrator.rates import BY_KEY

Hours = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
NUMBER = r"\d*\.?\d+(?:[eE][-+]?\d+)?"
Files = Literal["parquet", "csv", "duckdb", "project"]
IO = (
    "Its values are files, parquet or csv, or tables of a DuckDB file; project: the IO manager of the project, "
    "whatever `io` says. "
)
Columns = tuple[Annotated[str, Field(min_length=1)], ...]
Number = Annotated[int | float, Field(allow_inf_nan=False)]
Cell = str | int | float | bool
Reference = Annotated[str, Field(pattern=r"^.+\..+$")]
MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
TOLD = r"^(env:[A-Za-z_]\w*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*)$"
SPAN = r"^[1-9][0-9]{0,5}[mhd]$"
Gap = Annotated[str, Field(pattern=rf"^(?:abs|rel|ulp):{NUMBER}(?:,(?:abs|rel|ulp):{NUMBER})*$")]


def a_span(text: str) -> str:
    """The text. Raises ValueError where it is no length of time."""
    if not re.match(SPAN, text):
        raise ValueError(f"{text!r} is no length of time such as 90m, 36h or 2d")
    return text


Span = Annotated[str, AfterValidator(a_span), Field(json_schema_extra={"pattern": SPAN})]


class Entry(BaseModel):
    """What all parts of a plan share: a key that nobody knows is an error, a key without a value says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, given: Any) -> Any:
        if given is None:
            return {}
        return {k: v for k, v in given.items() if v is not None} if isinstance(given, dict) else given


def without_login(place: str | None) -> str | None:
    """An address, if it may stand in a plan. Raises ValueError for one with a login."""
    if place and "://" in place and "@" in place.split("://", 1)[1].split("/", 1)[0]:
        raise ValueError("a login does not belong into a plan; name a variable instead, as env:NAME")
    if place and place.startswith("env:") and not place.removeprefix("env:").isidentifier():
        raise ValueError("env: is followed by the name of a variable")
    return place


class IoPlan(Entry):
    """Which files the values of assets are, and where."""

    default: Files | None = Field(
        None, description="Of all assets that say nothing else. Without it, the IO manager of the project."
    )
    base: str | None = Field(
        None,
        min_length=1,
        description="Folder or URI, such as s3://lake/tables, below which the files are; env:NAME for a variable that "
        "says it.",
    )

    database: str | None = Field(
        None,
        min_length=1,
        description="DuckDB file in which tables are; env:NAME for a variable that says it.",
    )

    @field_validator("base", "database")
    @classmethod
    def _without_secrets(cls, place: str | None) -> str | None:
        return without_login(place)


class RowsPlan(Entry):
    """How many rows a table may have."""

    min: int | None = Field(None, ge=0, description="At least so many.")
    max: int | None = Field(None, ge=0, description="At most so many.")

    @model_validator(mode="after")
    def _in_order(self) -> "RowsPlan":
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is more than max")
        return self


class ChecksPlan(Entry):
    """What has to be true of the table that a task leaves; each rule is an asset check."""

    unique: Columns = Field((), description="Columns that are a key together: no two rows have the same.")
    not_null: Columns = Field((), description="Columns that have a value in each row.")
    min: dict[str, Number] = Field(default_factory=dict, description="By column: no number is below.")
    max: dict[str, Number] = Field(default_factory=dict, description="By column: no number is above.")
    accepted: dict[str, tuple[Cell, ...]] = Field(
        default_factory=dict, description="By column: the values that it may have."
    )
    references: dict[str, Reference] = Field(
        default_factory=dict,
        description="By column: where its values have to be found, as task.column, of a task of the same DAG that "
        "does not come after this one.",
    )
    rows: RowsPlan = Field(default_factory=RowsPlan, description="How many rows there may be.")
    blocking: bool = Field(
        True,
        description="Whether the run stops where a check fails, before steps that come after. Without it, true.",
    )


def minutes(span: str) -> int:
    """Of `90m`, `36h` or `2d`."""
    return int(span[:-1]) * MINUTES[span[-1]]


class FreshnessPlan(Entry):
    """How old what a task leaves may become: `fail_after`, or a `deadline` with its `window`."""

    fail_after: Span | None = Field(
        None, description="It is stale once it was not made for so long: 90m, 36h or 2d."
    )
    warn_after: Span | None = Field(None, description="Likewise, for a warning before that.")
    deadline: str | None = Field(
        None,
        description="Cron expression of the times at which it has to have been made, in `timezone`.",
    )
    window: Span | None = Field(
        None, description="How long before each deadline it may have been made at the earliest."
    )
    timezone: str = Field(
        "UTC", min_length=1, description="In which the deadline is, such as Europe/Berlin. Without it, UTC."
    )

    @field_validator("deadline")
    @classmethod
    def _a_cron_expression(cls, deadline: str) -> str:
        if not is_cron(deadline):
            raise ValueError(f"{deadline!r} is no cron expression of five fields")
        return deadline

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"no time zone is called {timezone!r}") from None
        return timezone

    @model_validator(mode="after")
    def _one_of_two(self) -> "FreshnessPlan":
        if (self.fail_after is None) == (self.deadline is None):
            raise ValueError("say either fail_after or deadline")
        if (self.deadline is None) != (self.window is None):
            raise ValueError("a deadline has a window, and nothing else has one")
        if self.warn_after and (
            self.fail_after is None or minutes(self.warn_after) >= minutes(self.fail_after)
        ):
            raise ValueError("warn_after is less than fail_after, and a deadline has none")
        if self.deadline and self.window:
            _within(self.deadline, minutes(self.window))
        return self


def _within(deadline: str, window: int) -> None:
    """Raises ValueError where a window of so many minutes is longer than the time between two deadlines."""
    found = list(islice(ticks(deadline, datetime(2024, 1, 1)), 400))
    shortest = min((b - a for a, b in pairwise(found)), default=timedelta.max)
    if shortest < timedelta(minutes=window):
        raise ValueError(f"window is longer than the {shortest} between two deadlines")


class TaskPlan(Entry):
    """What becomes of one task."""

    asset: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_.-]+$", description="Name of the asset; a noun such as raw_orders."
    )
    layer: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_]+$", description="Group of the asset, such as bronze, silver or gold."
    )
    description: str | None = Field(None, description="What the asset holds, for the catalog.")
    io: Files | None = Field(None, description=IO + "Without it, as its DAG.")
    reads: tuple[Reference, ...] = Field(
        (),
        description="Assets of other DAGs that its text reads by itself, such as their files, as dag_id.task_id: they "
        "come before it in the graph. A partition reads all partitions of them that lie in it.",
    )
    partition_column: str | None = Field(
        None,
        min_length=1,
        description="Column of its table with times that say to which partition a row belongs; backfill: single_run "
        "needs it.",
    )
    backfill: Literal["single_run", "multi_run"] | None = Field(
        None,
        description="single_run: a backfill makes several partitions in one run, with the interval of all of them. "
        "Without it, multi_run: a run for each.",
    )
    checks: ChecksPlan = Field(default_factory=ChecksPlan, description="What has to be true of its table.")
    freshness: FreshnessPlan | None = Field(
        None, description="How old its asset may become. Without it, as old as it likes."
    )
    mapping: Literal["per_item", "loop"] | None = Field(
        None,
        description="Of a mapped task: per_item runs an op for each item; loop makes one step of all. "
        "Without it, per_item.",
    )
    bridge: bool | None = Field(
        None,
        description="true: its operator runs in Airflow, as one step of the native graph; false: never, so that the "
        "whole DAG runs in Airflow if the task has no native form. Without it, as it has one or not.",
    )


class ComparePlan(Entry):
    """How the outputs of one DAG are compared."""

    keys: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Key columns by task id or output glob."
    )
    ignore_columns: tuple[str, ...] = Field((), description="Columns that are not compared, in any output.")
    ignore_tasks: tuple[str, ...] = Field((), description="Tasks whose values are not compared.")
    tolerance: dict[str, float | Gap] = Field(
        default_factory=dict,
        description="Tolerance by column: a number, which is absolute, or abs:NUMBER, rel:NUMBER or ulp:NUMBER, or "
        "several with commas.",
    )
    rename: dict[str, str] = Field(
        default_factory=dict, description="What Dagster's side calls a column, by its name on Airflow's side."
    )
    ordered: bool = Field(False, description="Whether the order of rows and columns counts.")
    first: tuple[str, ...] = Field(
        (),
        description="DAGs that this one waits for, or whose files it reads: before each run that is compared, both "
        "sides make the runs of them that begin within its interval, or the one of its date where it has none.",
    )


class LandingPlan(Entry):
    """A folder in which others leave files: a sensor runs the job of the DAG for each of them, once."""

    folder: str = Field(
        min_length=1, description="Where the files come. $NAME is a variable of the environment."
    )
    pattern: str = Field(
        pattern=r"^[^/]+$",
        description="Their names: * is anything, and {partition} the key of the partition, where the job has some.",
    )
    quarantine: str = Field(
        min_length=1, description="Folder to which files are moved that cannot be used, each with its reason."
    )
    header: str | None = Field(
        None,
        min_length=1,
        description="First line of each file: one with another, or whose last line has no end, is malformed.",
    )
    every: int = Field(30, ge=1, le=86_400, description="Seconds between two looks. Without it, 30.")

    @field_validator("pattern")
    @classmethod
    def _one_partition(cls, pattern: str) -> str:
        rest = pattern.replace("{partition}", "", 1)
        if "{" in rest or "}" in rest:
            raise ValueError("{partition} is the only name in braces, and stands there once")
        return pattern

    @model_validator(mode="after")
    def _two_folders(self) -> "LandingPlan":
        if self.folder.rstrip("/") == self.quarantine.rstrip("/"):
            raise ValueError("quarantine is the folder in which files come")
        return self

    @property
    def names_partition(self) -> bool:
        """Whether a file's name says to which partition it belongs."""
        return "{partition}" in self.pattern


class DagPlan(Entry):
    """What becomes of one DAG."""

    level: Literal["asset", "job", "lift"] | None = Field(
        None,
        description="asset: native assets; job: native ops; lift: unchanged in Airflow, started by Dagster. "
        "Without it, the highest level that the DAG allows.",
    )
    partitions: Literal["daily", "none"] | None = Field(
        None, description="daily: one partition a day; none: no partitions. Without it, as its code asks for."
    )
    dbt: Literal["assets", "commands"] | None = Field(
        None,
        description="Of tasks that run dbt in a shell. assets: each model, seed and snapshot is an asset and each test "
        "a check; the project has to load wherever Dagster loads this one. commands: they stay shell commands. "
        "Without it, commands.",
    )
    io: Files | None = Field(None, description=IO + "Without it, as `io` says.")
    landing: LandingPlan | None = Field(
        None, description="Folder of files for which its job runs. Without it, nothing watches one."
    )
    alert: str | None = Field(
        None,
        pattern=TOLD,
        description="Who is told of each of its runs that failed, and of each of its assets that became stale: a "
        "function, as module:function, or env:NAME for a variable with the URL of a chat's webhook. Without it, "
        "nobody.",
    )
    tasks: dict[str, TaskPlan] = Field(default_factory=dict, description="What becomes of each task, by id.")
    outputs: tuple[str, ...] = Field(
        (), description="Globs of the files that the DAG writes, below the sandbox."
    )
    conf: dict[str, object] = Field(default_factory=dict, description="dag_run.conf for comparisons.")
    compare: ComparePlan = Field(default_factory=ComparePlan, description="How its outputs are compared.")
    effort: Hours | None = Field(None, description="Hours that it takes to move, instead of the estimate.")


class SandboxPlan(Entry):
    """Where each side of a comparison runs. `{sandbox}` in an environment value is that side's own folder."""

    fixtures: str | None = Field(
        None, description="Folder that is copied into each sandbox, relative to the plan."
    )
    database: str | None = Field(
        None,
        pattern=r"^(env:|postgres)",
        description="PostgreSQL in which each side has a schema of its own, as postgresql://..., or env:NAME for a "
        "variable that says it. {schema} is its name, {database} an address that leads into it, {connection} the same "
        "for AIRFLOW_CONN_*.",
    )
    store: str | None = Field(
        None,
        pattern=r"^(env:|https?://|aws$)",
        description="Address of an API of S3, aws for that of Amazon, or env:NAME, where each side has a bucket of "
        "its own, {bucket}. Keys and region are where boto3 looks.",
    )
    bucket: str | None = Field(
        None,
        min_length=1,
        description="A bucket that is there, in which each side has a prefix of its own, {prefix}, instead.",
    )
    setup: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        (),
        description="Commands that fill these before a side runs, with the environment of the side, in the folder of "
        "the plan, without a shell.",
    )
    env: dict[str, str] = Field(
        default_factory=dict,
        description="Environment variables; {sandbox} is that side's folder, {duckdb} a DuckDB file in it.",
    )
    variables: dict[str, str] = Field(
        default_factory=dict, description="Airflow Variables, as AIRFLOW_VAR_*."
    )

    watch: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        (),
        description="Folders outside the sandbox, relative to the plan: what a side writes there is told, and no pass.",
    )

    @field_validator("database", "store")
    @classmethod
    def _not_a_secret(cls, place: str | None) -> str | None:
        return without_login(place)


class EffortPlan(Entry):
    """What kinds of work cost, where the stated rates do not fit."""

    rates: dict[str, Hours] = Field(
        default_factory=dict,
        description="Hours by kind of work; docs/effort.md lists the kinds.",
        json_schema_extra={"propertyNames": {"enum": list(BY_KEY)}},
    )

    @field_validator("rates")
    @classmethod
    def _known(cls, rates: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(rates) - set(BY_KEY)):
            raise ValueError(f"no rate is called {', '.join(unknown)}; there are {', '.join(BY_KEY)}")
        return rates


class Plan(Entry):
    """What `migrate convert` and `migrate compare` do with each DAG. Every entry is optional."""

    version: Literal[1] = Field(1, description="Version of this format.")
    dags: dict[str, DagPlan] = Field(default_factory=dict, description="What becomes of each DAG, by id.")
    sandbox: SandboxPlan = Field(
        default_factory=SandboxPlan, description="Where each side of a comparison runs."
    )
    io: IoPlan = Field(default_factory=IoPlan, description="Which files the values of assets are.")
    effort: EffortPlan = Field(EffortPlan(), description="What `migrate scan` reckons with.")

    @model_validator(mode="after")
    def _files_have_a_place(self) -> "Plan":
        asked = [self.io.default, *(d.io for d in self.dags.values())]
        asked += [t.io for d in self.dags.values() for t in d.tasks.values()]
        if {"parquet", "csv"} & set(asked) and not self.io.base:
            raise ValueError("io: there is no base, which says where the files of assets are")
        if "duckdb" in asked and not self.io.database:
            raise ValueError("io: there is no database, which says where the DuckDB file is")
        return self

    def dag(self, dag_id: str) -> DagPlan:
        """The entry of a DAG, or an empty one."""
        return self.dags.get(dag_id, DagPlan())
