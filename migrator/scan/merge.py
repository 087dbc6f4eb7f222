"""The text and the run time as one project: structure as Airflow loads it, source and lines of the text."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from migrator.findings import Finding
from migrator.ir import (
    Cron,
    Custom,
    Dag,
    Every,
    OnDatasets,
    OnDatasetsOrTime,
    Origin,
    Project,
    Schedule,
    Task,
    Unknown,
    UnknownSchedule,
    Value,
    XCom,
    walk,
)
from migrator.scan import shown

# What these ask for is an answer of Airflow.
QUESTIONS = frozenset(
    ("SC006", "SC007", "SC008", "SC009", "SC010", "SC011", "SC012", "SC015", "SC016", "SC031", "SC038")
)


def merge(
    static: Project, runtime: Project, unnamed: Sequence[tuple[str, Dag]] = ()
) -> tuple[Project, list[Finding]]:
    """One project. A DAG that Airflow loads is never partial; one that it cannot load stays as it was read.

    `unnamed`: DAGs of which the text does not tell the id, with a pattern of what it can be.
    Where the two readers disagree, Airflow is right and a finding says so.
    """
    if runtime.airflow is None:
        return static, []
    findings: list[Finding] = []
    dags, known = [], set()
    texts = {file.path for file in static.files if file.text is not None}
    loaded = {file.path for file in runtime.files}
    for seen, found in _pairs(static, runtime):
        read = found or _named(seen, runtime, unnamed)
        if read is not None and found is None:
            text = f"its id is {seen.dag_id} where Airflow was asked, and stays so: the text leaves it open"
            findings.append(Finding("SC075", text, read.origin, seen.dag_id))
        if read is None:
            why = "made while the file runs" if seen.origin.file in texts else "known from Airflow alone"
            findings.append(Finding("SC025", f"{seen.dag_id} is {why}", seen.origin, seen.dag_id))
            dags.append(seen)
        else:
            findings += _disagreements(read, seen)
            dags.append(_merged(read, seen))
            known.add(id(read))
    for read in (dag for dag in static.dags if id(dag) not in known):
        if read.origin.file in loaded:
            message = f"Airflow loads {read.origin.file}, and finds no {read.dag_id} in it"
            findings.append(Finding("SC024", message, read.origin, read.dag_id))
        else:
            dags.append(read)
    dags.sort(key=lambda dag: (dag.origin.file, dag.origin.line, dag.dag_id))
    return replace(static, dags=tuple(dags), airflow=runtime.airflow), findings


def unanswered(findings: Iterable[Finding], runtime: Project) -> list[Finding]:
    """Without those on files that Airflow has loaded, which ask what it would say."""
    loaded = {file.path for file in runtime.files}
    with_dags = {dag.origin.file for dag in runtime.dags}
    return [
        finding
        for finding in findings
        if not (finding.code in QUESTIONS and finding.origin.file in loaded)
        and not (finding.code == "SC033" and finding.origin.file in with_dags)
    ]


def _pairs(static: Project, runtime: Project) -> Iterator[tuple[Dag, Dag | None]]:
    """Each loaded DAG with the one of the text: of that id, and of the same file when several files have one.

    A file that imports a DAG of another file has it too; it is told of the file that makes it.
    """
    by_id: dict[str, list[Dag]] = {}
    for dag in static.dags:
        by_id.setdefault(dag.dag_id, []).append(dag)
    loaded = {(dag.dag_id, dag.origin.file) for dag in runtime.dags}
    for seen in runtime.dags:
        found = by_id.get(seen.dag_id, [])
        of_file = [dag for dag in found if dag.origin.file == seen.origin.file]
        read = next(iter(of_file or (found if len(found) == 1 else [])), None)
        if of_file or read is None or (read.dag_id, read.origin.file) not in loaded:
            yield seen, read


def _named(seen: Dag, runtime: Project, unnamed: Sequence[tuple[str, Dag]]) -> Dag | None:
    """The text of a DAG that could only be this one, by its id and its tasks, with its id."""
    fitting = [(pattern, dag) for pattern, dag in unnamed if _fits(pattern, dag, seen)]
    if len(fitting) != 1:
        return None
    pattern, dag = fitting[0]
    others = [one for one in runtime.dags if _fits(pattern, dag, one)]
    return replace(dag, dag_id=seen.dag_id) if len(others) == 1 else None


def _fits(pattern: str, dag: Dag, seen: Dag) -> bool:
    same = {t.task_id for t in dag.tasks} == {t.task_id for t in seen.tasks}
    return dag.origin.file == seen.origin.file and same and re.fullmatch(pattern, seen.dag_id) is not None


# ---- putting together


def _merged(read: Dag, seen: Dag) -> Dag:
    loaded = {task.task_id for task in seen.tasks}
    texts = {task.task_id: task for task in read.tasks if _asked_of(task) <= loaded}
    return replace(
        read,
        origin=_both(read.origin),
        schedule=_schedule(read.schedule, seen.schedule),
        start_date=seen.start_date,
        end_date=seen.end_date,
        timezone=seen.timezone,
        catchup=seen.catchup,
        tags=seen.tags,
        owners=seen.owners,
        description=seen.description,
        doc_md=seen.doc_md,
        args=_known(read.args, seen.args),
        default_args=_known(read.default_args, seen.default_args),
        tasks=tuple(_merged_task(texts.get(task.task_id), task, loaded) for task in seen.tasks),
        groups=seen.groups,
        partial=None,
    )


def _asked_of(task: Task) -> set[str]:
    """The tasks whose values it is given. The text of one that names a task that is not there is of another."""
    values = [*task.args.values(), *task.positional, *task.keywords.values()]
    return {part.task_id for value in values for part in walk(value) if isinstance(part, XCom)}


def _schedule(read: Schedule, seen: Schedule) -> Schedule:
    """Datasets keep the spelling of the text, as what makes them is known from there."""
    datasets = isinstance(read, OnDatasets) and _same_schedule(read, seen)
    datasets = datasets or (isinstance(read, OnDatasetsOrTime) and _same_schedule(read, seen))
    both_custom = isinstance(read, Custom) and isinstance(seen, Custom)
    return read if datasets or both_custom else seen


def _merged_task(read: Task | None, seen: Task, loaded: set[str]) -> Task:
    if read is None:
        return seen
    same_class = read.operator_class == seen.operator_class
    return replace(
        read,
        operator=read.operator if same_class else seen.operator,
        origin=_both(read.origin),
        args=_known(read.args, seen.args),
        keywords=_known(read.keywords, seen.keywords),
        positional=read.positional if _all_known(read.positional) else seen.positional,
        function=read.function or (None if read.bound else seen.function),
        upstream=seen.upstream,
        data_upstream=(read.data_upstream & loaded) | seen.data_upstream,
        trigger_rule=seen.trigger_rule,
        retries=seen.retries,
        retry_delay=seen.retry_delay,
        pool=seen.pool,
        mapped=seen.mapped,
        expand=read.expand if set(read.expand) == set(seen.expand) else seen.expand,
        taskflow=seen.taskflow,
        setup=seen.setup,
        teardown=seen.teardown,
        group=seen.group,
    )


def _both(origin: Origin) -> Origin:
    return replace(origin, seen_by="both")


def _all_known(values: tuple[Value, ...]) -> bool:
    return not any(isinstance(value, Unknown) for value in values)


def _known(read: Mapping[str, Value], seen: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments as they are written; where the text could not tell, what they were."""
    return {
        name: seen.get(name, value) if isinstance(value, Unknown) else value for name, value in read.items()
    }


# ---- comparing


def _disagreements(read: Dag, seen: Dag) -> Iterator[Finding]:
    for name, (same, show) in DAG_FACTS.items():
        said, found = getattr(read, name), getattr(seen, name)
        if said is not None and not same(said, found):
            message = _message(name, show(said, found), show(found, said))
            yield Finding("SC028", message, read.origin, read.dag_id)
    if read.partial is None:
        yield from _task_disagreements(read, seen)


def _task_disagreements(read: Dag, seen: Dag) -> Iterator[Finding]:
    texts, loaded = ({task.task_id: task for task in dag.tasks} for dag in (read, seen))
    if texts.keys() != loaded.keys():
        sides = {"the text": texts.keys() - loaded.keys(), "Airflow": loaded.keys() - texts.keys()}
        only = [f"only in {side}: {shown.names(ids)}" for side, ids in sides.items() if ids]
        yield Finding("SC026", "; ".join(only), read.origin, read.dag_id)
    for task_id in sorted(texts.keys() & loaded.keys()):
        for name, show in TASK_FACTS.items():
            said, found = getattr(texts[task_id], name), getattr(loaded[task_id], name)
            if said != found:
                message = _message(name, show(said, found), show(found, said))
                yield Finding("SC027", message, texts[task_id].origin, read.dag_id, task_id)


def _message(name: str, said: str, found: str) -> str:
    return f"{WORDS.get(name, name.replace('_', ' '))}: {said} in the text; {found} in Airflow"


def _same_schedule(read: Schedule, seen: Schedule) -> bool:
    """Whether the text says nothing else; what it leaves to the Airflow that runs it is no difference."""
    if isinstance(read, (UnknownSchedule, Custom)):
        return True
    if isinstance(read, OnDatasetsOrTime) and isinstance(seen, Custom):
        return seen.timetable.endswith("OrTimeSchedule")
    if isinstance(read, Cron) and isinstance(seen, Cron):
        zones = [cron.timezone.removeprefix("UTC") or "+00:00" for cron in (read, seen)]
        return read.cron == seen.cron and zones[0] == zones[1] and read.interval in (None, seen.interval)
    if isinstance(read, Every) and isinstance(seen, Every):
        return read.seconds == seen.seconds and read.interval in (None, seen.interval)
    if isinstance(read, OnDatasets) and isinstance(seen, OnDatasets):
        one, other = ({uri.rstrip("/") for uri in each.uris} for each in (read, seen))
        return one == other and read.needs == seen.needs  # newer versions put a slash behind a host
    return read == seen


def _same_instant(one: str, other: str | None) -> bool:
    return other is not None and datetime.fromisoformat(one) == datetime.fromisoformat(other)


def _same_set(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return sorted(set(one)) == sorted(set(other))


Show = Callable[[object, object], str]

WORDS = {
    "operator_class": "operator",
    "upstream": "upstream tasks",
    "group": "task group",
    "groups": "task groups",
}
DAG_FACTS: dict[str, tuple[Callable[..., bool], Show]] = {
    "schedule": (_same_schedule, shown.schedule),
    "start_date": (_same_instant, shown.plain),
    "end_date": (_same_instant, shown.plain),
    "catchup": (bool.__eq__, shown.switch),
    "tags": (_same_set, shown.names),
    "groups": (_same_set, shown.names),
}
TASK_FACTS: dict[str, Show] = {
    "operator_class": shown.plain,
    "upstream": shown.names,
    "trigger_rule": shown.plain,
    "retries": shown.plain,
    "retry_delay": shown.duration,
    "pool": shown.plain,
    "mapped": shown.switch,
    "taskflow": shown.switch,
    "setup": shown.switch,
    "teardown": shown.switch,
    "group": shown.plain,
}
