"""What `migrate scan` reports, as the data of its JSON; secrets are taken out here, once for all formats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from migrator.findings import Finding
from migrator.findings.redact import redact
from migrator.ir import (
    Dag,
    Project,
    Task,
)
from migrator.ir.schedule import schedule_text

FORMAT = 1
Json = dict[str, object]
Decided = Mapping[str, tuple[str, dict[str, str]]]


def build(project: Project, findings: Sequence[Finding], decided: Decided) -> Json:
    """The whole report. `decided` has each DAG's level and the disposition of each of its tasks."""
    body: Json = {
        "version": FORMAT,
        "airflow": project.airflow,
        "dags": [_dag(dag, *decided[dag.dag_id]) for dag in project.dags],
        "findings": [f.as_json() for f in findings],
        "summary": _summary(project, findings, decided),
    }
    cleaned = _clean(body)
    assert isinstance(cleaned, dict)
    return cleaned


def _dag(dag: Dag, level: str, dispositions: dict[str, str]) -> Json:
    return {
        "dag_id": dag.dag_id,
        "file": dag.origin.file,
        "line": dag.origin.line,
        "schedule": schedule_text(dag.schedule),
        "start_date": dag.start_date,
        "catchup": dag.catchup,
        "tags": list(dag.tags),
        "level": level,
        "partial": dag.partial is not None,
        "partial_reason": dag.partial,
        "factory": dag.factory,
        "task_groups": list(dag.groups),
        "tasks": [_task(t, dispositions.get(t.task_id, "manual")) for t in dag.tasks],
    }


def _task(task: Task, disposition: str) -> Json:
    return {
        "task_id": task.task_id,
        "operator": task.operator_class,
        "upstream": sorted(task.upstream),
        "trigger_rule": task.trigger_rule,
        "retries": task.retries,
        "pool": task.pool,
        "mapped": task.mapped,
        "taskflow": task.taskflow,
        "disposition": disposition,
        "file": task.origin.file,
        "line": task.origin.line,
    }


def _summary(project: Project, findings: Sequence[Finding], decided: Decided) -> Json:
    tasks = [d for _, dispositions in decided.values() for d in dispositions.values()]
    return {
        "files": len(project.files),
        "dag_files": len({d.origin.file for d in project.dags}),
        "dags": len(project.dags),
        "partial": sum(d.partial is not None for d in project.dags),
        "tasks": sum(len(d.tasks) for d in project.dags),
        "operators": _counts(t.operator_class for d in project.dags for t in d.tasks),
        "levels": _counts(level for level, _ in decided.values()),
        "dispositions": _counts(tasks),
        "findings": _counts(f.code for f in findings),
        "severities": _counts(f.severity for f in findings),
    }


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _clean(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [_clean(v) for v in value]
    return {k: _clean(v) for k, v in value.items()} if isinstance(value, dict) else value
