"""One DAG file's text → the DAGs that Airflow would find in it. Nothing of the file is imported or run."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from migrator.findings import Finding
from migrator.ir import Dag, Origin
from migrator.scan import registry
from migrator.scan.evaluator.bounds import OutOfBudget
from migrator.scan.evaluator.interpreter import Interpreter, Raised, Signal
from migrator.scan.evaluator.values import EntryName, Module, Opaque, Scope, Site
from migrator.scan.folder import Folder
from migrator.scan.freeze import freeze
from migrator.scan.imports import Importer
from migrator.scan.source import Source
from migrator.scan.world import DagState, World

RECURSION = 4_000  # the evaluator recurses where the texts nest


def read_file(folder: Folder, source: Source, *, alone: bool = False) -> tuple[list[Dag], list[Finding]]:
    """The DAGs of a file, and what cannot be known about them.

    A DAG that it imports from a file that Airflow loads as well is that file's, unless this one is read `alone`.
    """
    registry.load()
    if source.tree is None:
        return [], []
    run = Interpreter(World(), Importer(folder, source))
    try:
        return _dags(run, folder, source, alone), run.findings
    finally:
        _let_go(run)


def unnamed(folder: Folder, source: Source) -> list[tuple[str, Dag]]:
    """The DAGs of a file of which only Airflow knows the id, each with what it has to match."""
    registry.load()
    if source.tree is None:
        return []
    run = Interpreter(World(), Importer(folder, source))
    try:
        _dags(run, folder, source, alone=False)
        found = [d for d in run.world.dags if d.dag_id is None and not _of_another(run, d, source)]
        return [(_pattern(d.named), freeze(run, d, source, reads=folder.texts_read())) for d in found]
    finally:
        _let_go(run)


def _pattern(named: object) -> str:
    """The texts that an id can be, as far as its pieces are known."""
    if isinstance(named, Opaque) and named.pieces:
        return "".join(map(_pattern, named.pieces))
    return re.escape(named) if isinstance(named, str) else ".+"


def _dags(run: Interpreter, folder: Folder, source: Source, alone: bool) -> list[Dag]:
    world = run.world
    module = run.new_module(source.path.removesuffix(".py").rsplit("/", 1)[-1], source)
    module.names["__name__"] = EntryName()
    run.importer.loaded[source.path] = module
    with _deep():
        stopped = _run(run, module)
        dags = [d for d in _loaded(run, module) if alone or not _of_another(run, d, source)]
        frozen: list[Dag] = []
        for dag in dags:
            if stopped:
                world.doubtful(run, dag, "SC012", stopped, world.top or dag.site)
            frozen.append(freeze(run, dag, source, reads=folder.texts_read()))
    if stopped and not dags:
        run.findings.append(
            Finding("SC012", stopped, Origin(source.path, world.top.line if world.top else 1))
        )
    _report_unseen(run, dags, source)
    _report_homeless(run)
    if not frozen and not run.findings and source.problem is None:
        run.findings.append(Finding("SC033", "no DAG was found in this file", Origin(source.path)))
    return frozen


def _let_go(run: Interpreter) -> None:
    """Cuts the circles of what was found on the way, so that nobody has to look for them as garbage."""
    for module in run.importer.loaded.values():
        module.names.clear()
    for names in run.closed:
        names.clear()
    for dag in run.world.dags:
        for group in dag.groups:
            vars(group).clear()
        for task in dag.tasks.values():
            vars(task).clear()
        vars(dag.root).clear()
        vars(dag).clear()
    for task in run.world.homeless:
        vars(task).clear()
    vars(run.world).clear()


def _run(run: Interpreter, module: Module) -> str | None:
    """Reads the file from top to bottom; the reason when that had to be given up."""
    assert module.source.tree is not None
    scope = Scope(module, module.names)
    for node in module.source.tree.body:
        run.world.top = Site(module.source, node)
        try:
            signal = run.execute([node], scope)
        except OutOfBudget as error:
            return f"the scanner gives up here: {error}"
        except Raised as raised:
            run.doubts.clear()
            signal = Signal("raise", raised)
        except RecursionError:
            return "the scanner gives up here: expressions or calls are nested too deeply"
        if signal is not None and signal.kind == "raise":
            run.report("SC018", "the file raises an exception here when it is loaded", run.world.top)
            break
    return None


@contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _loaded(run: Interpreter, module: Module) -> list[DagState]:
    """Airflow takes the DAGs that registered themselves, and those that are global names of the file."""
    names = [v for v in module.names.values() if isinstance(v, DagState)]
    perhaps = {v: doubt for v, doubt in run.world.hidden if isinstance(v, DagState) and v not in names}
    for dag, doubt in perhaps.items():
        if dag.dag_id is not None and dag not in run.world.registered:
            run.world.doubtful(run, dag, doubt.code, doubt.why, doubt.site)
    found = [d for d in dict.fromkeys([*run.world.registered, *names, *perhaps]) if d.dag_id is not None]
    kept: dict[str | None, DagState] = {}
    for dag in found:
        if dag.dag_id in kept:
            run.report(
                "SC013",
                f"two DAGs of this file have the id {dag.dag_id!r}; Airflow keeps one",
                dag.site,
                dag.dag_id,
            )
            dag.partial = dag.partial or f"another DAG of the same file has the id {dag.dag_id!r}"
        kept[dag.dag_id] = dag
    return list(kept.values())


def _of_another(run: Interpreter, dag: DagState, source: Source) -> bool:
    """Whether another file makes the DAG, shows it to Airflow, and is sure to be loaded by itself."""
    if dag.home == source.path:
        return False
    home = run.importer.loaded.get(dag.home)
    shown = home is not None and (dag in run.world.registered or dag in home.names.values())
    return shown and run.importer.loads(dag.home)


def _report_unseen(run: Interpreter, dags: list[DagState], source: Source) -> None:
    called = {d.function for d in run.world.dags}
    for function in run.world.dag_functions:
        if function not in called and function.source is source:
            message = f"@dag function {function.name} is never called, so Airflow sees no DAG"
            run.report("SC017", message, Site(source, function.node))
    seen = {*dags, *run.world.registered}
    for dag in run.world.dags:
        if dag.dag_id is not None and dag.site.source is source and dag not in seen:
            message = f"DAG {dag.dag_id} is made but never becomes a global name, so Airflow does not see it"
            run.report("SC017", message, dag.site, dag.dag_id)


def _report_homeless(run: Interpreter) -> None:
    """Tasks without a DAG: what makes their DAG could not be read."""
    sites = {task.site.line: task for task in run.world.homeless if task.dag is None}
    for task in sites.values():
        message = "a task outside of any DAG that the scanner knows"
        run.report("SC034", message, task.site, None, task.task_id)
