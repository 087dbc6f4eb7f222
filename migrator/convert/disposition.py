"""What `convert` would do with the DAGs of a file, for reports: the converter's own decisions, with their reasons."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from migrator.convert.beside import Modules
from migrator.convert.decide import Decision, decide_file, lift_file, step_names
from migrator.convert.notes import of_decision
from migrator.convert.problem import Problem
from migrator.convert.target import Target, target
from migrator.findings import Finding
from migrator.ir import Dag
from migrator.record import dataclass

if TYPE_CHECKING:
    from migrator.plan import DagPlan, Plan
    from migrator.plan.model import TaskPlan


@dataclass(frozen=True)
class Disposition:
    """What becomes of one DAG. `blocking` says why it is lifted, `notes` what changes although it is native."""

    dag: Dag
    level: str  # asset, job, lift
    tasks: Mapping[str, str]  # task id → native, bridged, contracted
    target: Target
    steps: tuple[str, ...]  # what Dagster calls its assets' steps: no other DAG may have one of these
    blocking: tuple[Finding, ...]
    notes: tuple[Finding, ...]


class _Unplanned:
    """The plan of a team that has none; without the library that reads plans, so that a scan starts quickly."""

    level: str | None = None
    partitions: str | None = None
    dbt: str | None = None

    @property
    def tasks(self) -> "Mapping[str, TaskPlan]":
        """It says nothing of any task."""
        return {}

    def dag(self, dag_id: str) -> "_Unplanned":
        return self


def dispositions(
    path: str,
    text: str | None,
    dags: Sequence[Dag],
    plan: "Plan | None",
    modules: Modules,
    *,
    airflow3: bool,
    refused: str | None = None,
) -> list[Disposition]:
    """For each DAG of the file. `refused`: why the file cannot be native beside the other files of the project."""
    file = decide_file(path, text, dags, plan or _Unplanned(), modules, airflow3=airflow3)
    if refused is not None:
        lift_file(file, [Problem("EN047", refused)])
    return [_disposition(d, plan.dag(d.dag.dag_id) if plan else None, airflow3) for d in file.dags]


def _disposition(decision: Decision, choice: "DagPlan | None", airflow3: bool) -> Disposition:
    dag, native = decision.dag, decision.level != "lift"
    labels = {i: t.asset for i, t in choice.tasks.items() if t.asset} if choice else {}
    return Disposition(
        dag,
        decision.level,
        {t.task_id: decision.disposition(t.task_id) for t in dag.tasks},
        target(decision, labels),
        tuple(sorted(step_names(dag))) if decision.level == "asset" else (),
        tuple(p.finding(dag) for p in decision.reasons) if not native else (),
        tuple(p.finding(dag) for p in of_decision(decision, airflow3=airflow3)) if native else (),
    )
