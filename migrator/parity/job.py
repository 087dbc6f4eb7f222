"""What is to be compared, and where: the DAGs, their dates, the plan, the folders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrator.manifest import DagEntry, Manifest
from migrator.parity import tolerance
from migrator.parity.clock import Clock
from migrator.parity.compare import Rules
from migrator.parity.dagster_side import Project
from migrator.parity.sandbox import Sandbox
from migrator.plan import Plan

Say = Callable[[str], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What is compared, and where. `timeout`: seconds for a DAG on a side; `say` hears of progress.

    `dates`: each a date, or a range `FIRST..LAST`. `own_dates`: of DAGs that have others. `jobs`: DAGs that are
    worked on at the same time. `resume`: what an earlier comparison has finished in `work` is not run again.
    `twice`: each side is run twice, so that what differs from itself is known. `progress` hears how many sides
    are done, and of how many. `clock`: what the code of tasks reads, where it is to stand still.
    """

    project: Project
    manifest: Manifest
    dags: Path
    dag_ids: list[str]
    dates: list[str]
    plan: Plan
    sandbox: Sandbox
    work: Path
    timeout: float = 1800
    say: Say = field(default=lambda line: None)
    own_dates: Mapping[str, list[str]] = field(default_factory=dict)
    jobs: int = 1
    resume: bool = False
    twice: bool = False
    progress: Progress = field(default=lambda done, total: None)
    clock: Clock | None = None

    def told(self, notes: Path | None = None) -> dict[str, str]:
        """What processes that run tasks are told of the clock."""
        return self.clock.environment(notes) if self.clock else {}

    def dates_of(self, dag_id: str) -> list[str]:
        """The dates of a DAG: its own, or those of all."""
        return self.own_dates.get(dag_id, self.dates)


def rules_of(entry: DagEntry, plan: Plan, dag_id: str) -> Rules:
    """What the plan and the manifest say about the comparison of one DAG."""
    said = plan.dag(dag_id).compare
    contracted = {
        t: "has no step in Dagster: only its order mattered"
        for t, e in entry.tasks.items()
        if e.disposition == "contracted"
    }
    ignored = dict.fromkeys(said.ignore_tasks, "the plan leaves it out")
    return Rules(
        said.keys,
        frozenset(said.ignore_columns),
        {column: tolerance.read(gap) for column, gap in said.tolerance.items()},
        {**contracted, **ignored},
        rename=said.rename,
        ordered=said.ordered,
        entry=entry,
    )
