"""What a reading has found out about a DAG → the frozen model."""

import ast
from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from itertools import repeat

from migrator.ir import (
    Code,
    Dag,
    Dictionary,
    Every,
    Function,
    Literal,
    Manual,
    Origin,
    Schedule,
    Sequence,
    Task,
    Template,
    Value,
    XCom,
)
from migrator.ir import values as ir
from migrator.record import dataclass
from migrator.scan import schedules
from migrator.scan.closure import closure_of
from migrator.scan.constructs.dataset import DatasetValue
from migrator.scan.constructs.operator import PLACING, plain_text
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.classes import Member
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Bound, External, GroupItem, Opaque, Site, UserClass, UserFunction
from migrator.scan.library.moments import CLOCK
from migrator.scan.pulls import pulled
from migrator.scan.source import Source
from migrator.scan.world import DagState, Derived, TaskState, XComRef, find_xcoms

CALLABLE = ("callable", "callback", "_fn", "function", "_func")
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


def function_of(value: object) -> Function | None:
    """A function that a task runs."""
    if isinstance(value, Bound):
        value = value.function
    if isinstance(value, UserFunction):
        value = value.dressed or value
        found = {name: _enclosed(inner, name) for name, inner in closure_of(value)}
        return Function(value.name, _dotted(value), value.source.path, value.node.lineno, found)
    return Function(value.last, value.name) if isinstance(value, External) else None


def _enclosed(value: object, name: str) -> Value:
    """A name of a closure; what a function in it encloses itself is not followed."""
    if isinstance(value, UserFunction):
        return Function(value.name, _dotted(value), value.source.path, value.node.lineno)
    return _value(value, name, "", Left())


def _dotted(value: UserFunction) -> str | None:
    module = value.scope.module.name
    return f"{module}.{value.name}" if "." in module else None


@dataclass
class Left:
    """How much of one argument may still be written down."""

    nodes: int = bounds.NODES
    depth: int = 0


def value_of(value: object, name: str, node: ast.expr | None, site: Site) -> Value:
    """An argument's value in the model's words. `node` is its expression, where the call itself gave it."""
    if value.__class__ in bounds.PLAIN:  # most arguments: their text is not needed
        return _text_or_literal(value)
    source = site.source.segment(node) if node is not None else ""
    if isinstance(value, (list, tuple)):
        return _sequence(value, name, source, Left(), _sources_of_items(value, node, site))
    return _value(value, name, source, Left())


def _sources_of_items(value: Collection[object], node: ast.expr | None, site: Site) -> list[str] | None:
    """The texts of the items, where a display in the call has them one by one and a constant does not tell them."""
    if not isinstance(node, (ast.List, ast.Tuple)) or all(v.__class__ in bounds.PLAIN for v in value):
        return None
    starred = any(isinstance(item, ast.Starred) for item in node.elts)
    return None if starred else [site.source.segment(item) for item in node.elts]


def _text_or_literal(value: object) -> Value:
    return Template(value) if isinstance(value, str) and ("{{" in value or "{%" in value) else Literal(value)


def _value(value: object, name: str, source: str, left: Left) -> Value:
    left.nodes -= 1
    if left.nodes < 0 or left.depth > bounds.NESTING:
        return Code(source, "a value of too many parts")
    if isinstance(value, str):
        return _text_or_literal(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _sequence(value, name, source, left)
    if isinstance(value, dict):
        return _dictionary(value, name, source, left)
    if isinstance(value, range):
        return Literal(list(value))
    return Literal(value) if isinstance(value, bounds.SCALARS) else _thing(value, name, source)


def _thing(value: object, name: str, source: str) -> Value:
    """A value that is neither a constant nor a container."""
    if isinstance(value, XComRef):
        return XCom(value.task.task_id, value.key)
    if isinstance(value, Member) and (text := plain_text(value)) is not None:
        return Literal(text)
    if isinstance(value, DatasetValue):
        return Code(value.source(), "a dataset")
    if isinstance(value, Derived):
        return _derived(value, name)
    if isinstance(value, GroupItem):
        return ir.Item(value.source)
    if isinstance(value, Opaque):
        return Code(source or value.source, value.why, tuple(map(_piece, value.pieces)))
    function = function_of(value) if _is_callable(value, name) else None
    return function or Code(source or _name(value), f"{_name(value)} is not a constant")


def _piece(value: object) -> Literal | Code:
    """One piece of a text of which not all is known."""
    if isinstance(value, Opaque) and value.at:
        return Code(value.at.expression, value.why, file=value.at.path)
    return Literal(value)


def _derived(value: Derived, name: str) -> Value:
    function: Value | None = None
    if isinstance(value.function, UserFunction) and isinstance(value.function.node, ast.Lambda):
        function = Code(value.function.source.segment(value.function.node), "a function")
    elif value.kind == "map":
        function = function_of(value.function) or Code("", "what it is mapped with is not known")
    fill = _value(value.fill, name, "", Left()) if value.filled else None
    return ir.Derived(
        value.kind, tuple(_value(part, name, "", Left()) for part in value.parts), function, fill
    )


def _is_callable(value: object, name: str) -> bool:
    return (
        not isinstance(value, External) or name.endswith(CALLABLE) or "callback" in name or "callable" in name
    )


def _name(value: object) -> str:
    if isinstance(value, External):
        return value.name
    if isinstance(value, UserClass):
        return value.name
    describe = getattr(value, "describe", None)
    return str(describe()) if describe else type(value).__name__


def _sequence(
    value: Collection[object], name: str, source: str, left: Left, sources: list[str] | None = None
) -> Value:
    if any(isinstance(v, Opaque) and v.rest for v in value):
        return Code(source, "how many items there are is not known")
    left.depth += 1
    texts = sources if sources is not None and len(sources) == len(value) else repeat("")
    items = tuple([_value(v, name, text, left) for v, text in zip(value, texts, strict=False)])
    left.depth -= 1
    if all(isinstance(i, Literal) for i in items):
        return Literal(type(value)(i.value for i in items if isinstance(i, Literal)))  # type: ignore[call-arg]
    return Sequence(items)


def _dictionary(value: dict[object, object], name: str, source: str, left: Left) -> Value:
    left.depth += 1
    items = {k: _value(v, str(k), "", left) for k, v in value.items()}
    left.depth -= 1
    if all(isinstance(k, bounds.SCALARS) and isinstance(v, Literal) for k, v in items.items()):
        return Literal({k: v.value for k, v in items.items() if isinstance(v, Literal)})
    if not all(isinstance(k, (str, int, float, bool)) for k in items):
        return Code(source, "keys that are not known")
    return Dictionary({str(k): v for k, v in items.items()})
