"""What a comparison found, as typed values and in the JSON form that other tools read."""

from dataclasses import dataclass, field

from migrator.parity.verdict import (
    DIFFERENT,
    EQUAL,
    EXTRA,
    MISSING,
    NONDETERMINISTIC,
    NOT_COMPARABLE,
    Outcome,
)

FORMAT = 1
FAILED = "failed to run"
NAMES = ("Airflow", "Dagster")
SIDES = ("airflow", "dagster")  # in the JSON form


@dataclass(frozen=True)
class Item:
    """One thing that was compared: a state, a number of tries, an XCom, an output file."""

    name: str
    outcome: Outcome

    def as_json(self, sides: tuple[str, str] = SIDES) -> dict[str, object]:
        """`counts` is there for tables; `columns`, `hints` and `rows` where something differs."""
        body: dict[str, object] = {
            "name": self.name,
            "verdict": self.outcome.verdict,
            "detail": self.outcome.detail,
        }
        rows = [
            {
                "key": dict(row.key),
                sides[0]: dict(row.left) if row.left is not None else None,
                sides[1]: dict(row.right) if row.right is not None else None,
                "differing": list(row.differing),
            }
            for row in self.outcome.rows
        ]
        return {**body, **_of_table(self.outcome), **({"rows": rows} if rows else {})}


def _of_table(outcome: Outcome) -> dict[str, object]:
    """What is counted, column by column, and the likely causes."""
    counts = {"counts": vars(outcome.counts)} if outcome.counts else {}
    columns = [
        {
            "name": column.name,
            "equal": column.equal,
            "different": column.different,
            "within_tolerance": column.within,
            "largest_difference": column.most,
            "largest_relative_difference": column.most_relative,
        }
        for column in outcome.columns
    ]
    more = {"columns": columns, "hints": list(outcome.hints)}
    return {**counts, **{name: value for name, value in more.items() if value}}


@dataclass(frozen=True)
class TaskResult:
    """One task instance; a state is None where that side has no such task."""

    task_id: str
    map_index: int
    states: tuple[str | None, str | None]
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """For people: that of an instance of a mapped task has its index."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"

    def as_json(self) -> dict[str, object]:
        """The form of the report."""
        return {
            "task_id": self.task_id,
            "map_index": self.map_index,
            "states": list(self.states),
            "items": [item.as_json() for item in self.items],
        }


@dataclass(frozen=True)
class Result:
    """One DAG and one interval. `left_out`: why a task was not compared; `error`: what did not run."""

    dag_id: str
    interval: tuple[str, str] | None
    airflow: str | None
    dagster: str | None
    states: tuple[str | None, str | None] = (None, None)
    tasks: tuple[TaskResult, ...] = ()
    items: tuple[Item, ...] = ()  # of the run as a whole: its state and its output files
    left_out: dict[str, str] = field(default_factory=dict)
    error: str | None = None
    date: str | None = None  # as it was asked for
    names: tuple[str, str] = NAMES
    dates: tuple[str, ...] = ()  # all that were asked for and mean this run

    @property
    def all_items(self) -> list[Item]:
        """Those of the run, then those of its tasks."""
        return [*self.items, *(item for task in self.tasks for item in task.items)]

    @property
    def verdict(self) -> str:
        """The worst of all items."""
        if self.error is not None:
            return FAILED
        found = {item.outcome.verdict for item in self.all_items}
        if found & {DIFFERENT, MISSING, EXTRA}:
            return DIFFERENT
        if NOT_COMPARABLE in found or not found:
            return NOT_COMPARABLE
        return NONDETERMINISTIC if NONDETERMINISTIC in found else EQUAL

    def as_json(self) -> dict[str, object]:
        """The form of the report."""
        return {
            "dag_id": self.dag_id,
            "date": self.date,
            "interval": list(self.interval) if self.interval else None,
            "airflow": self.airflow,
            "dagster": self.dagster,
            "verdict": self.verdict,
            "states": list(self.states),
            "tasks": [task.as_json() for task in self.tasks],
            "items": [item.as_json((self.names[0].lower(), self.names[1].lower())) for item in self.items],
            "left_out": [{"task_id": task, "why": why} for task, why in sorted(self.left_out.items())],
            "error": self.error,
        }


def as_json(results: list[Result]) -> dict[str, object]:
    """All results, as `migrate compare --format json` prints them."""
    return {"version": FORMAT, "results": [result.as_json() for result in results]}


def exit_status(results: list[Result]) -> int:
    """0 when all pass, 1 when something differs or cannot be compared, 2 when a side could not run."""
    verdicts = {result.verdict for result in results}
    if FAILED in verdicts or not verdicts:
        return 2
    return 0 if verdicts == {EQUAL} else 1
