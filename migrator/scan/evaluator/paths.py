"""Files of the scanned folder, named with `__file__`: their text may be read, their place is never told."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing


@dataclass(eq=False)
class FilePath(Thing):
    """A path below the scanned folder. Its full text differs between machines, so it has none."""

    path: str

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What `pathlib` and texts offer."""
        here = PurePosixPath(self.path)
        if name in ("parent", "name", "stem", "suffix"):
            found = getattr(here, name)
            return FilePath(str(found)) if name == "parent" else str(found)
        if name == "parents":
            return [FilePath(str(p)) for p in here.parents]
        if name in ("resolve", "absolute", "expanduser", "as_posix"):
            return Native(name, lambda run, call: self)
        if name == "joinpath":
            return Native(name, lambda run, call: joined(run, self, call.args, call))
        if name in ("read_text", "open"):
            return Native(
                name, lambda run, call: OpenFile(self) if name == "open" else read(run, self, call.site)
            )
        if name in ("exists", "is_file"):
            return Native(
                name, lambda run, call: run.importer.text(self.path) is not None or run.opaque("a file", site)
            )
        return run.opaque("a path of the machine that runs Airflow", site)

    def combine(self, run: Interpreter, operator: object, other: object, site: Site, swapped: bool) -> object:
        """`path / "name"`."""
        import ast

        if isinstance(operator, ast.Div) and not swapped:
            return joined(run, self, [other], Call([], {}, site))
        return run.opaque("a path of the machine that runs Airflow", site)

    def describe(self) -> str:
        """For messages."""
        return "a path"


@dataclass(eq=False)
class OpenFile(Thing):
    """What `open` gives for a file of the scanned folder."""

    path: FilePath

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Reading it."""
        if name == "read":
            return Native(name, lambda run, call: read(run, self.path, call.site))
        if name == "readlines":
            return Native(name, lambda run, call: self._lines(run, call))
        return run.opaque("a method of an open file", site)

    def _lines(self, run: Interpreter, call: Call) -> object:
        text = read(run, self.path, call.site)
        return text.splitlines(keepends=True) if isinstance(text, str) else text

    def items(self) -> list[object] | None:
        """Its lines are only given by `readlines`."""
        return None


def as_path(value: object) -> FilePath | None:
    """The path itself."""
    return value if isinstance(value, FilePath) else None


def joined(run: Interpreter, path: FilePath, parts: list[object], call: Call) -> object:
    """A path below, beside or above."""
    if not all(isinstance(p, str) for p in parts):
        return run.opaque("a path that is not known", call.site)
    found = PurePosixPath(path.path)
    for part in parts:
        found = found / str(part)
    if found.is_absolute():
        return run.opaque("a path of the machine that runs Airflow", call.site)
    steps: list[str] = []
    for step in found.parts:
        if step == ".." and steps:
            steps.pop()
        elif step == "..":
            return run.opaque("a path outside of the scanned folder", call.site)
        else:
            steps.append(step)
    return FilePath("/".join(steps) or ".")


def read(run: Interpreter, path: FilePath, site: Site) -> object:
    """The text of a file inside the scanned folder."""
    text = run.importer.text(path.path)
    run.unsure += 1
    return (
        run.opaque(f"the content of {path.path}, which the scanner cannot read", site)
        if text is None
        else text
    )
