"""At which level each DAG lands, and why: the one place that decides; scan, convert and reports ask it.

`asset`: every task is an asset. `job`: ops, because control flow is the point of the DAG. `lift`: it runs
unchanged in the Airflow interpreter, with a finding for each reason.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from migrator.convert import arguments, hooks, naming, sla, tasks
from migrator.convert import layout as layouts
from migrator.convert.actions import Layout
from migrator.convert.asset_functions import is_asset
from migrator.convert.behind import left_behind
from migrator.convert.beside import Modules
from migrator.convert.bridged import Wish
from migrator.convert.context import OF_UPDATING_RUNS
from migrator.convert.data_files import data_files, place, uses_its_place
from migrator.convert.dbt_tasks import settled
from migrator.convert.divide import divide
from migrator.convert.ground import Ground
from migrator.convert.hidden import in_module, of_every_module
from migrator.convert.hooks import Hook
from migrator.convert.import_beside import MODULE
from migrator.convert.kinds import is_imported
from migrator.convert.levels import contracted, needs_job
from migrator.convert.loops import looped
from migrator.convert.own_class import finder
from migrator.convert.own_operator import arguments_of_all
from migrator.convert.problem import Problem
from migrator.convert.scope import Setting
from migrator.convert.source import Source
from migrator.convert.starts import Timing
from migrator.convert.step import Step
from migrator.convert.template_files import reads_beside
from migrator.convert.timing import timing
from migrator.convert.wiring import between
from migrator.ir import Dag, Function, Project, Task
from migrator.ir.parts import with_parts
from migrator.record import dataclass
from migrator.scan.folder import Folder

if TYPE_CHECKING:
    from migrator.plan import LandingPlan


class Choice(Protocol):
    """What the plan says of one DAG, as far as it matters here."""

    @property
    def level(self) -> str | None:
        """asset, job, lift, or no wish."""

    @property
    def partitions(self) -> str | None:
        """daily, none, or no wish."""

    @property
    def dbt(self) -> str | None:
        """assets, commands, or no wish."""

    @property
    def tasks(self) -> Mapping[str, Wish]:
        """What it says of the tasks, by id."""


class Choices(Protocol):
    """A plan: `migrator.plan.Plan`, or the empty one of a team that has none."""

    def dag(self, dag_id: str) -> Choice:
        """What it says of a DAG."""


@dataclass
class Decision:
    """What becomes of one DAG. `reasons`: why it is lifted. `notes`: what is told although it is native."""

    dag: Dag
    level: str
    steps: list[Step] = field(default_factory=list)
    timing: Timing = field(default_factory=Timing)
    contracted: frozenset[str] = frozenset()
    reasons: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    hooks: tuple[Hook, ...] = ()  # callbacks of the DAG
    landing: "LandingPlan | None" = None
    alert: str | None = None  # who is told of failed runs and stale assets: module:function, or env:NAME

    def disposition(self, task_id: str) -> str:
        """Of one task, as the scan report has it."""
        if self.level == "lift":
            return "bridged"
        if any(s.bridged and s.task.task_id == task_id for s in self.steps):
            return "bridged"
        return "contracted" if task_id in self.contracted else "native"


@dataclass
class FileDecision:
    """All DAGs of one file, and what becomes of its statements. `layout` is None when no DAG is native."""

    path: str
    source: Source | None
    dags: list[Decision]
    layout: Layout | None = None
    ground: Ground | None = None


def decide_project(project: Project, plan: Choices, *, airflow3: bool = False) -> list[FileDecision]:
    """Every file that holds DAGs, in the order of their paths."""
    paths = sorted({dag.origin.file for dag in project.dags})
    decided = list(decide_files(project, plan, paths, airflow3=airflow3))
    refuse_twins(decided)
    return decided


def decide_files(
    project: Project, plan: Choices, paths: Sequence[str], *, airflow3: bool = False
) -> Iterator[FileDecision]:
    """Some of them, each for itself."""
    by_file: dict[str, list[Dag]] = {}
    for dag in project.dags:
        by_file.setdefault(dag.origin.file, []).append(dag)
    by_file = {path: with_parts(found) for path, found in by_file.items()}
    texts = {file.path: file.text for file in project.files}
    modules = Modules(Folder(Path(project.root)))
    for path in paths:
        yield decide_file(path, texts[path], by_file[path], plan, modules, airflow3=airflow3)


def refuse_twins(files: Sequence[FileDecision]) -> dict[str, list[Problem]]:
    """Why files are lifted for the names of others.

    Dagster calls the step of an asset by its key with `_` for all else: two keys may not give the same name."""
    owners: dict[str, str] = {}
    refused: dict[str, list[Problem]] = {}
    for file in files:
        for decision in file.dags:
            if decision.level != "asset":
                continue
            dag = decision.dag
            names = step_names(dag)
            twins = sorted(n for n in names if owners.get(n, dag.dag_id) != dag.dag_id)
            if twins:
                refused[file.path] = [Problem("EN047", twin_text(owners[twins[0]]))]
                lift_file(file, refused[file.path])
                break
            owners |= {n: dag.dag_id for n in names}
    return refused


def _refuse_own_twins(file: FileDecision) -> FileDecision:
    """The same within one DAG, which needs no look at other files."""
    assets = (d.dag for d in file.dags if d.level == "asset")
    if any(len(step_names(dag)) < len(dag.tasks) for dag in assets):
        lift_file(file, [Problem("EN047", "two of its ids give one name")])
    return file


def twin_text(other: str) -> str:
    """Why a DAG is refused for the names of another one."""
    return f"its assets would be called like those of {other}"


def lift_file(file: FileDecision, reasons: Sequence[Problem]) -> None:
    """Leave all DAGs of a file in Airflow."""
    file.layout = None
    for decision in file.dags:
        if decision.level != "lift":
            decision.level, decision.reasons = "lift", [*decision.reasons, *reasons]


def step_names(dag: Dag) -> set[str]:
    """What Dagster calls the steps of a DAG whose tasks are assets."""
    return {node_name((dag.dag_id, *naming.path(t))) for t in dag.tasks}


def node_name(key: Sequence[str]) -> str:
    """What Dagster calls the step of an asset."""
    return re.sub(r"[^A-Za-z0-9_]", "_", "__".join(map(naming.key_part, key)))


def decide_file(
    path: str,
    text: str | None,
    dags: Sequence[Dag],
    plan: Choices,
    modules: Modules,
    *,
    airflow3: bool,
) -> FileDecision:
    """`modules`: those of the repository, some of which can move along."""
    source = _parsed(text)
    if source is None:
        reasons = [Problem("SC040", "the text of the file could not be read")]
        return FileDecision(path, None, [Decision(dag, "lift", reasons=reasons) for dag in dags])
    beside = _imports_beside(source, path, modules)
    alike = Counter(task.function for dag in dags for task in dag.tasks)
    reading = _Reading(source, Ground(source, dags), alike, airflow3)
    decided = []
    for dag in dags:
        if plan.dag(dag.dag_id).level == "lift":
            decided.append(Decision(dag, "lift", reasons=[Problem("CF044", "the plan says so")]))
        elif beside:
            decided.append(Decision(dag, "lift", reasons=list(beside)))
        else:
            decided.append(_guarded(dag, reading, plan.dag(dag.dag_id)))
    return _refuse_own_twins(_with_layout(FileDecision(path, source, decided), reading.ground))


@dataclass(frozen=True)
class _Reading:
    """What is the same for all DAGs of a file. `alike`: how many tasks run each function."""

    source: Source
    ground: Ground
    alike: Mapping[Function | None, int]
    airflow3: bool


def _guarded(dag: Dag, file: _Reading, plan: Choice) -> Decision:
    try:
        return _decide(dag, file, plan)
    except Exception as error:  # a fault of ours in one DAG must not cost the others
        return Decision(dag, "lift", reasons=[crash(error)])


def crash(error: Exception) -> Problem:
    """What is told when the converter itself fails on a DAG, which is then lifted."""
    return Problem("SC048", f"the converter itself failed: {type(error).__name__}: {error}")


def _parsed(text: str | None) -> Source | None:
    try:
        return None if text is None else Source(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _imports_beside(source: Source, path: str, modules: Modules) -> list[Problem]:
    """Notes in the source what moves along; the problems are what no name can tell."""
    found = modules.of(source, path)
    source.stays = found.stays
    source.behind = left_behind(source)
    source.moved = [one.edit(source, MODULE) for one in found.moved]
    source.elsewhere, source.written_in = modules.source, modules.written(source, path)
    source.classes = finder(modules, source, path)
    source.library, source.texts_behind = modules.moves, modules.texts_behind(source, path)
    source.ways = {id(one) for one in modules.ways(source, path)}
    source.path, source.beside_it = path, reads_beside(path, modules.folder)
    source.importing, source.part = modules.importing, modules.part
    data = data_files(source, path, modules.folder)
    if data.paths and not data.problem:
        places = [place(source, node, path) for node in uses_its_place(source)]
        source.moved += [edit for edit in places if edit]
        source.placed = all(places)
    return [Problem("SC043", f"imports everything of {text}", line) for line, text in found.everything]


def _with_layout(file: FileDecision, ground: Ground) -> FileDecision:
    """Lay out the native DAGs; what the layout cannot do lifts all DAGs of the file."""
    native = {d.dag.dag_id: d.steps for d in file.dags if d.level != "lift"}
    if not native or file.source is None:
        return file
    mixed = [d for d in file.dags if d.level == "lift" and not _apart(d.dag, ground)]
    problems = (
        [Problem("SC042", "another DAG of the file is lifted, and its text cannot be told apart")]
        if mixed
        else []
    )
    if not problems:
        try:
            file.layout, file.ground = layouts.Reader(ground, native).read(), ground
            problems = file.layout.problems + of_every_module(layouts.own_names(file.source, file.layout))
            if file.layout.own and not problems:
                return _without(file, ground, file.layout.own)
            _tell(file, ground, file.layout.notes)
        except Exception as error:  # likewise
            problems = [crash(error)]
    if problems:
        lift_file(file, problems)
    return file


def _tell(file: FileDecision, ground: Ground, notes: Sequence[Problem]) -> None:
    """Each note goes to the DAG in whose block it is, or to the first one."""
    native = [d for d in file.dags if d.level != "lift"]
    for note in notes:
        owners = [d for d in native if ground.owns(d.dag, note.line or 0)]
        (owners or native)[0].notes.append(note)


def _without(file: FileDecision, ground: Ground, own: Mapping[str, list[Problem]]) -> FileDecision:
    """Lay out the other DAGs, after some have turned out not to be native."""
    for decision in file.dags:
        if problems := own.get(decision.dag.dag_id):
            decision.level, decision.reasons = "lift", [*decision.reasons, *problems]
    file.layout = None
    return _with_layout(file, ground)


def _apart(dag: Dag, ground: Ground) -> bool:
    """Whether the statements of a DAG stand in a block of their own, so that they can stay behind."""
    return dag.form in ("with", "decorator", "asset", "runtime") or ground.made_inside(dag)


def _decide(dag: Dag, file: _Reading, plan: Choice) -> Decision:
    source, airflow3 = file.source, file.airflow3
    if reasons := _not_straight(dag):
        return Decision(dag, "lift", reasons=reasons)
    with_dates = timing(dag, dated=True, airflow3=airflow3)
    assumed = (
        with_dates
        if isinstance(with_dates, Timing)
        else Timing(partitions='timezone="UTC"', airflow3=airflow3)
    )
    setting = Setting(dag, source, assumed, file.ground, others=arguments_of_all(dag, source))
    loops = {name for name, wish in plan.tasks.items() if wish.mapping == "loop"}

    def read_all(dbt: Mapping[str, str] | None) -> list[Step]:
        own = replace(setting, dbt=dbt)
        return [_step(task, own, file.alike, loop=task.task_id in loops) for task in dag.tasks]

    read = settled(read_all, dag, wanted=plan.dbt == "assets", ops=plan.level == "job")
    split = divide(dag, read, plan, source)
    read = split.steps
    dated = any(s.body.dated for s in read) or plan.partitions == "daily"
    may_be = any(s.bridged for s in read) and isinstance(
        with_dates, Timing
    )  # a bridged task may read the date
    when = with_dates if dated or may_be else timing(dag, dated=False, airflow3=airflow3)
    left = arguments.of_dag(dag)
    decision = Decision(
        dag, "asset", read, notes=[*left.notes, *_as_it_was(dag), *(n for s in read for n in s.notes)]
    )
    decision.hooks, told = hooks.of_dag(dag, source)
    decision.notes += told
    read[0].keeps |= {name for hook in decision.hooks for name in hook.names}
    decision.reasons = [*left.problems, *split.against]
    decision.reasons += _intervals_of_updates(read)
    if isinstance(when, Problem):
        decision.reasons.append(when)
    else:
        decision.timing = when
        decision.notes += when.notes
        decision.reasons += in_module(when.imports, source)
    ops = needs_job(dag, read)
    if ops or plan.level == "job":
        decision.level = "job"
        decision.reasons += between(dag, read)
        decision.notes += ops
    else:
        decision.contracted = contracted(dag, read)
    if plan.level == "asset" and ops:
        decision.reasons += [Problem("CF045", "the plan asks for assets, and the DAG needs ops")]
    if decision.reasons:
        return Decision(dag, "lift", reasons=decision.reasons)
    sla.carry_over(decision, airflow3=airflow3)
    return decision


def _intervals_of_updates(read: Sequence[Step]) -> list[Problem]:
    """Airflow gives a run that datasets start the data intervals of the runs that have updated them."""
    found = []
    for step in read:
        texts = [*step.lines, *step.body.lines, *(edit.text for edit in step.body.edits)]
        if any(OF_UPDATING_RUNS in text for text in texts):
            text = "reads the data interval of a run that datasets start"
            found.append(Problem("TM041", text, None, step.task.task_id))
    return found


def _as_it_was(dag: Dag) -> list[Problem]:
    """What to say of tasks that only Airflow knew of."""
    found = [t.task_id for t in dag.tasks if t.origin.seen_by == "runtime"]
    if not found:
        return []
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    text = f"{found[0]}{more}: as Airflow had it when it was asked, since no text tells; it stays like that"
    return [Problem("SC058", text)]


def _not_straight(dag: Dag) -> list[Problem]:
    """Reasons that need no look at a body."""
    reasons = []
    if dag.partial:
        reasons.append(Problem("SC044", f"the set of its tasks is not known: {dag.partial}"))
    if not dag.tasks:
        reasons.append(Problem("SC046", "it has no tasks"))
    return reasons


def _step(task: Task, setting: Setting, alike: Mapping[Function | None, int], *, loop: bool) -> Step:
    shared = False
    if task.function and not is_imported(task) and not is_asset(task):
        shared = (
            alike[task.function] > 1 or setting.source.uses(task.function.name, task.function.line or 0) > 1
        )
    step = tasks.read(task, setting, shared=shared or (loop and task.mapped))
    return looped(step) if loop else step
