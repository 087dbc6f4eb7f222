"""What `convert` would do with each DAG and task, for reports: the converter's own decisions, with their reasons."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.convert.decide import decide_project
from migrator.convert.notes import of_decision
from migrator.findings import Finding
from migrator.ir import Project

if TYPE_CHECKING:
    from migrator.plan import Plan

Dispositions = Mapping[str, tuple[str, dict[str, str]]]


class _Unplanned:
    """The plan of a team that has none; without the library that reads plans, so that a scan starts quickly."""

    level: str | None = None
    partitions: str | None = None

    def dag(self, dag_id: str) -> "_Unplanned":
        return self


def decisions(project: Project, plan: "Plan | None" = None) -> tuple[Dispositions, list[Finding]]:
    """By DAG id its level and the disposition of its tasks; and why a DAG is lifted, or what changes with it."""
    airflow3 = (project.airflow or "2").startswith("3")
    found: dict[str, tuple[str, dict[str, str]]] = {}
    findings: list[Finding] = []
    for file in decide_project(project, plan or _Unplanned(), airflow3=airflow3):
        for decision in file.dags:
            dag = decision.dag
            found[dag.dag_id] = (
                decision.level,
                {t.task_id: decision.disposition(t.task_id) for t in dag.tasks},
            )
            native = decision.level != "lift"
            told = of_decision(decision, airflow3=airflow3) if native else decision.reasons
            findings += [problem.finding(dag) for problem in told]
    return found, findings
