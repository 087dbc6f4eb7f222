"""What a reading has found out about a DAG → the frozen model."""

from datetime import date, datetime, timedelta, timezone

from migrator.ir import (
    Dag,
    Every,
    Literal,
    Manual,
    Origin,
    Schedule,
    Task,
    Value,
)
from migrator.scan import schedules
from migrator.scan.constructs.operator import PLACING, plain_text
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Opaque,
)
from migrator.scan.library.moments import CLOCK
from migrator.scan.pulls import pulled
from migrator.scan.source import Source
from migrator.scan.values import bound_of, function_of, value_of
from migrator.scan.world import DagState, TaskState, XComRef, find_xcoms

TRIGGER_RULES = {"dummy": "always", "none_failed_or_skipped": "none_failed_min_one_success"}


def freeze(run: Interpreter, dag: DagState, source: Source, *, reads: tuple[str, ...] = ()) -> Dag:
    """The DAG as data."""
    start, zone = _moment(run, dag, "start_date")
    if start is None and not any(
        isinstance(a.get("start_date"), Opaque) for a in (dag.args, dag.default_args)
    ):
        start, zone = _earliest(run, dag) or (start, zone)
    end, _ = _moment(run, dag, "end_date")
    catchup, tags = dag.args.get("catchup"), dag.args.get("tags")
    tasks = tuple(_task(run, dag, t, source) for t in dag.tasks.values())
    _report_unknown(run, dag, catchup, tags)
    return Dag(
        dag_id=str(dag.dag_id),
        origin=_dag_origin(run, dag, source),
        form=dag.form,
        schedule=_schedule(run, dag, zone, source),
        start_date=start,
        end_date=end,
        timezone=zone,
        catchup=catchup if isinstance(catchup, bool) else None,
        tags=tuple(sorted({t for t in map(plain_text, tags) if t}))
        if isinstance(tags, (list, tuple, set))
        else (),
        owners=_owners(tasks),
        description=plain_text(dag.args.get("description")),
        doc_md=plain_text(dag.args.get("doc_md", dag.doc)),
        args={k: value_of(v, k, dag.nodes.get(k), dag.site) for k, v in dag.args.items()},
        default_args={
            str(k): value_of(v, str(k), None, dag.site)
            for k, v in dag.default_args.items()
            if isinstance(k, str)
        },
        tasks=tasks,
        groups=tuple(sorted(str(g.group_id) for g in dag.groups)),
        mapped_groups={
            str(g.group_id): {n: value_of(v, n, g.nodes.get(n), dag.site) for n, v in g.over.items()}
            for g in dag.groups
            if g.over
        },
        partial=dag.partial,
        factory=dag.factory,
        reads=reads,
    )


def _report_unknown(run: Interpreter, dag: DagState, catchup: object, tags: object) -> None:
    """What the model shows as not given although something is."""
    if isinstance(catchup, Opaque):
        run.report("SC016", f"catchup is not a constant: {catchup.why}", dag.site, dag.dag_id)
    for tag in tags if isinstance(tags, (list, tuple, set)) else [tags]:
        if isinstance(tag, Opaque):
            run.report("SC016", f"tags: one is not a constant: {tag.why}", dag.site, dag.dag_id)
            return


def _owners(tasks: tuple[Task, ...]) -> tuple[str, ...]:
    found = {t.args["owner"].value for t in tasks if isinstance(t.args.get("owner"), Literal)}  # type: ignore[union-attr]
    return tuple(sorted(o for o in found if isinstance(o, str) and o != "airflow"))


def _dag_origin(run: Interpreter, dag: DagState, source: Source) -> Origin:
    """Airflow says that a DAG is in the file that it loaded, wherever the `DAG(...)` call stands."""
    if dag.site.source is source:
        return source.origin(dag.site.node)
    return Origin(source.path, dag.top)


def _earliest(run: Interpreter, dag: DagState) -> tuple[str, str] | None:
    """Without a date of its own, a DAG starts with the first of its tasks."""
    found = [_moment_of(run, dag, "start_date", t.args.get("start_date")) for t in dag.tasks.values()]
    dated = [(start, zone) for start, zone in found if start is not None]
    return min(dated, key=lambda pair: datetime.fromisoformat(pair[0])) if dated else None


def _moment(run: Interpreter, dag: DagState, name: str) -> tuple[str | None, str]:
    """A date of the DAG, of its own or from its default arguments."""
    return _moment_of(run, dag, name, dag.args.get(name, dag.default_args.get(name)))


def _moment_of(run: Interpreter, dag: DagState, name: str, value: object) -> tuple[str | None, str]:
    """A date as ISO 8601 with offset, and the name of its time zone; Airflow takes a naive one for UTC."""
    if isinstance(value, date) and not 1 < value.year < 9999:  # it has no equivalent in some time zone
        value = Opaque("a date out of range")
    if isinstance(value, datetime):
        zone = value.tzinfo or timezone.utc
        named = getattr(zone, "key", None) or (
            "UTC" if value.utcoffset() in (None, timedelta(0)) else str(zone)
        )
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).isoformat(), named
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=timezone.utc).isoformat(), "UTC"
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None, "UTC"
        return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).isoformat(), "UTC"
    if isinstance(value, Opaque):
        code = "TM001" if value.why == CLOCK else "SC016"
        run.report(code, f"{name} is not a constant: {value.why}", dag.site, dag.dag_id)
    return None, "UTC"


def _schedule(run: Interpreter, dag: DagState, zone: str, source: Source) -> Schedule:
    found = schedules.given(dag.args)
    if found is not None:
        name, value = found
        node = dag.nodes.get(name)
        text = dag.site.source.segment(node) if node else value.source if isinstance(value, Opaque) else ""
        return schedules.schedule(value, zone, text)
    # The two major versions disagree: a file that imports Airflow 3's own package means Airflow 3.
    return Manual() if source.airflow3 else Every(86400.0)


def _task(run: Interpreter, dag: DagState, task: TaskState, source: Source) -> Task:
    upstream = {t.task_id for t in task.upstream}
    values = [*task.args.values(), *task.positional, *task.keywords.values()]
    data = {ref.task.task_id for v in values if v.__class__ not in bounds.PLAIN for ref in find_xcoms(v)}
    data |= pulled(values, str(dag.dag_id)) & dag.tasks.keys()
    return Task(
        task_id=task.task_id,
        operator=task.operator,
        origin=task.site.source.origin(task.site.node),
        args={k: value_of(v, k, task.nodes.get(k), task.site) for k, v in task.args.items()},
        own=frozenset(task.own),
        positional=tuple(value_of(v, "", None, task.site) for v in task.positional),
        keywords={k: value_of(v, k, task.nodes.get(k), task.site) for k, v in task.keywords.items()},
        function=function_of(task.function),
        bound=bound_of(task.called, task.site),
        upstream=frozenset(upstream),
        data_upstream=frozenset(data),
        trigger_rule=_trigger_rule(run, dag, task),
        retries=_number(run, dag, task, "retries", 0),
        retry_delay=_delay(run, dag, task),
        pool=_text(run, dag, task, "pool", "default_pool"),
        mapped=task.mapped,
        expand=task.expand,
        taskflow=task.taskflow,
        setup=task.setup,
        teardown=task.teardown,
        group=task.group.group_id if task.group else None,
        handed=_handed(task),
        rendered=_rendered(task),
    )


def _handed(task: TaskState) -> dict[str, Value] | None:
    if task.of is None or not task.keywords_to_base:
        return None
    return {k: value_of(v, k, None, task.site) for k, v in task.keywords_to_base.items() if k not in PLACING}


def _rendered(task: TaskState) -> dict[str, Value]:
    names = [n for n in task.templates or () if n in task.attributes]
    return {n: value_of(task.attributes[n], n, None, task.site) for n in names}


def _trigger_rule(run: Interpreter, dag: DagState, task: TaskState) -> str:
    rule = _text(run, dag, task, "trigger_rule", "all_success")
    return TRIGGER_RULES.get(rule, rule)


def _unknown(run: Interpreter, dag: DagState, task: TaskState, name: str, default: object) -> None:
    value = task.value(name)
    why = value.why if isinstance(value, Opaque) else "a value of an unexpected kind"
    if not (isinstance(value, XComRef) or name in task.expand):
        run.report(
            "SC016",
            f"{name} is not a constant ({why}); {default} is shown",
            task.site,
            dag.dag_id,
            task.task_id,
        )


def _text(run: Interpreter, dag: DagState, task: TaskState, name: str, default: str) -> str:
    value = task.value(name)
    text = plain_text(value)
    if text is None and value is not None:
        _unknown(run, dag, task, name, default)
    return text if text is not None else default


def _number(run: Interpreter, dag: DagState, task: TaskState, name: str, default: int) -> int:
    value = task.value(name)
    if isinstance(value, str) and value.isdigit():
        return int(value)
    if value is not None and not isinstance(value, int):
        _unknown(run, dag, task, name, default)
    return int(value) if isinstance(value, int) else default


def _delay(run: Interpreter, dag: DagState, task: TaskState) -> float:
    value = task.value("retry_delay")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if value is not None and not isinstance(value, (int, float)):
        _unknown(run, dag, task, "retry_delay", "300 seconds")
    return float(value) if isinstance(value, (int, float)) else 300.0
