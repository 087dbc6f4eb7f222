"""The files of a project in parts, each decided and written where its syntax trees are: here, or in its own process.

What the parts have to know of each other goes through `decide` and `write`. A process is a fork that has read the
project already, so that a DAG or a task travels as its place in it, and syntax trees never do.
"""

import ast
import importlib
import io
import multiprocessing
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from migrator.convert.actions import Layout
from migrator.convert.decide import FileDecision
from migrator.convert.problem import Problem
from migrator.convert.source import Source
from migrator.errors import MigrateError
from migrator.findings import Finding
from migrator.ir import Dag, Project, Task
from migrator.manifest import DagEntry
from migrator.record import dataclass

ABSENT = -1  # of what is not sent
FEW = 24  # files that one process converts sooner than a second one has started
NEEDED = tuple(f"migrator.convert.{name}" for name in ("module", "dag_factories", "jobs", "templates"))
Lifted = Mapping[str, Sequence[Problem]]  # by path


@dataclass(frozen=True)
class Module:
    """What became of one file. `lifted`: why its DAGs are not native after all, where that was seen last."""

    path: str
    text: str
    entries: Mapping[str, DagEntry]
    findings: Sequence[Finding]
    placed: bool
    lifted: Sequence[Problem] = ()


class Part(Protocol):
    """Some files of a project."""

    def decide(self) -> Iterator[FileDecision]:
        """What is to become of each."""

    def write(self, lifted: Lifted, context: Any) -> Iterator[Module]:
        """What each becomes; `lifted`: files that cannot be native beside others."""


@contextmanager
def processes(parts: Sequence[Part], project: Project) -> Iterator[Sequence[Part]]:
    """The same parts, each in a process of its own; here, where there is one only, or a system cannot fork."""
    if len(parts) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield parts
        return
    for name in NEEDED:  # once, rather than in each process
        importlib.import_module(name)
    there = [_Remote(part, project) for part in parts]
    try:
        yield there
    finally:
        for one in there:
            one.end()


def together(streams: Sequence[Iterator[Any]]) -> Iterator[Any]:
    """What all parts have to say, as it comes; those in other processes work at the same time."""
    waiting = {s.pipe: s for s in streams if isinstance(s, _Stream)}
    for stream in streams:
        if not isinstance(stream, _Stream):
            yield from stream
    while waiting:
        for pipe in wait(list(waiting)):
            try:
                yield next(waiting[pipe])  # type: ignore[index]  # they are connections
            except StopIteration:
                del waiting[pipe]  # type: ignore[arg-type]


class _Remote:
    """A part in a process of its own."""

    def __init__(self, part: Part, project: Project) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.places = _Places(project)
        self.process: BaseProcess = context.Process(
            target=_serve, args=(part, theirs, self.places, self.pipe), daemon=True
        )
        self.process.start()
        theirs.close()

    def decide(self) -> "_Stream":
        return self._ask("decide")

    def write(self, lifted: Lifted, context: Any) -> "_Stream":
        return self._ask("write", lifted, context)

    def _ask(self, *words: object) -> "_Stream":
        self.pipe.send_bytes(self.places.dumps(words))
        return _Stream(self.pipe, self.places)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Stream(Iterator[Any]):
    def __init__(self, pipe: Connection, places: "_Places") -> None:
        self.pipe, self.places = pipe, places

    def __next__(self) -> Any:
        try:
            kind, value = self.places.loads(self.pipe.recv_bytes())
        except EOFError as error:
            raise MigrateError(
                "a process that converts files has ended; --jobs 1 needs less memory"
            ) from error
        if kind == "error":
            raise value
        if kind == "end":
            raise StopIteration
        return value


def _serve(part: Part, pipe: Connection, places: "_Places", other: Connection) -> None:
    """The life of a process: two questions, and each answer in pieces."""
    other.close()
    work: dict[str, Callable[..., Iterable[object]]] = {"decide": part.decide, "write": part.write}
    try:
        while True:
            name, *arguments = places.loads(pipe.recv_bytes())
            for value in work[name](*arguments):
                pipe.send_bytes(places.dumps(("value", value)))
            pipe.send_bytes(places.dumps(("end", None)))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:  # whatever it is, the process that asked has to say it
        pipe.send_bytes(places.dumps(("error", error)))


class _Places:
    """Pickles without what both sides have, and without what is of use on one side only."""

    def __init__(self, project: Project) -> None:
        self.known: list[Dag | Task] = []
        for dag in project.dags:
            self.known += [dag, *dag.tasks]
        self.places = {id(one): place for place, one in enumerate(self.known)}

    def dumps(self, value: object) -> bytes:
        file = io.BytesIO()
        _Pickler(file, self.places).dump(value)
        return file.getvalue()

    def loads(self, data: bytes) -> Any:
        return _Unpickler(io.BytesIO(data), self.known).load()


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, places: Mapping[int, int]) -> None:
        super().__init__(file)
        self.places = places

    def persistent_id(self, value: object) -> int | None:
        if isinstance(value, (ast.AST, Source, Layout)):
            return ABSENT
        return self.places.get(id(value)) if isinstance(value, (Dag, Task)) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Sequence[object]) -> None:
        super().__init__(file)
        self.known = known

    def persistent_load(self, place: int) -> object:
        return None if place == ABSENT else self.known[place]
