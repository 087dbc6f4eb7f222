"""Files of the scanned folder, named with `__file__`: their text may be read, their place is never told."""

import ast
import posixpath
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from migrator.record import dataclass
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing, Unsorted

FOUND = 2_000  # files that one `glob` may give


@dataclass(eq=False)
class FilePath(Thing):
    """A path below the scanned folder. Its full text differs between machines, so it has none."""

    path: str

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """What `pathlib` and texts offer."""
        here = PurePosixPath(self.path)
        if name in ("name", "stem", "suffix"):
            return str(getattr(here, name))
        if name == "parent":
            return FilePath(str(here.parent))
        if name == "suffixes":
            return list(here.suffixes)
        if name == "parents":
            return [FilePath(str(p)) for p in here.parents]
        if name in METHODS:
            return Native(name, lambda run, call: METHODS[name](run, self, call))
        if name in TEXTS:
            return run.attribute(here.name, name, site)
        return run.opaque("a path of the machine that runs Airflow", site)

    def combine(
        self, run: Interpreter, operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """`path / "name"`, and `path + "/name"` of texts."""
        if isinstance(operator, ast.Div) and not swapped:
            return joined(run, self, [other], Call([], {}, site))
        if isinstance(operator, ast.Add) and not swapped and isinstance(other, str):
            return beyond(run, self, other, site)
        return run.opaque("a path of the machine that runs Airflow", site)

    def describe(self) -> str:
        """For messages."""
        return "a path"


def beyond(run: Interpreter, path: FilePath, text: str, site: Site) -> object:
    """The path with more text after it, as `f"{folder}/name"` makes it."""
    if not text:
        return path
    if text.startswith("/"):
        return joined(run, path, [text.lstrip("/")], Call([], {}, site))
    here = PurePosixPath(path.path)
    return joined(run, FilePath(str(here.parent)), [here.name + text], Call([], {}, site))


def _same(run: Interpreter, path: FilePath, call: Call) -> object:
    return path


def _exists(run: Interpreter, path: FilePath, call: Call) -> object:
    if run.importer.text(path.path) is not None or run.importer.names(path.path) is not None:
        return True
    return run.opaque("whether a file is there where Airflow runs", call.site)


def _is_dir(run: Interpreter, path: FilePath, call: Call) -> object:
    if run.importer.names(path.path) is not None:
        return True
    return False if run.importer.text(path.path) is not None else _exists(run, path, call)


def _renamed(run: Interpreter, path: FilePath, call: Call) -> object:
    name = call.first("name")
    here = PurePosixPath(path.path)
    return FilePath(str(here.with_name(name))) if isinstance(name, str) and name else _unknown(run, call)


def _suffixed(run: Interpreter, path: FilePath, call: Call) -> object:
    suffix = call.first("suffix")
    try:
        return FilePath(str(PurePosixPath(path.path).with_suffix(str(suffix))))
    except ValueError:
        return _unknown(run, call)


def _relative(run: Interpreter, path: FilePath, call: Call) -> object:
    above = call.first("other")
    if isinstance(above, FilePath) and PurePosixPath(path.path).is_relative_to(above.path):
        return str(PurePosixPath(path.path).relative_to(above.path))
    return _unknown(run, call)


def _unknown(run: Interpreter, call: Call) -> object:
    return run.opaque("a path that is not known", call.site)


def listed(run: Interpreter, path: FilePath, site: Site) -> list[str] | None:
    """The names in a folder, sorted; the machine's own order is not known."""
    found = run.importer.names(path.path)
    run.spend(len(found or ()))
    return None if found is None else sorted(n for n in found if n != "__pycache__")


def _iterdir(run: Interpreter, path: FilePath, call: Call) -> object:
    found = listed(run, path, call.site)
    if found is None:
        return run.opaque("a folder that the scanner cannot read", call.site)
    return Unsorted(joined(run, path, [n], call) for n in found)


def below(run: Interpreter, path: FilePath, pattern: str, deep: bool, site: Site) -> object:
    """The paths that `glob` finds, in the order of their names."""
    steps = ["**", *pattern.split("/")] if deep else pattern.split("/")
    found = [path.path]
    for step in steps:
        found = [f for folder in found for f in _step(run, folder, step, site)]
        if len(found) > FOUND:
            return run.opaque("more files than the scanner looks at", site)
    return (Unsorted if len(found) > 1 else list)(FilePath(f) for f in dict.fromkeys(found))


def _step(run: Interpreter, folder: str, step: str, site: Site) -> list[str]:
    if step in ("", "."):
        return [folder]
    inside = [
        (n, f"{folder}/{n}".removeprefix("./").lstrip("/")) for n in listed(run, FilePath(folder), site) or ()
    ]
    if step == "**":
        deeper = [d for _, p in inside for d in _step(run, p, step, site)]
        return [folder, *deeper] if run.importer.names(folder) is not None else []
    return [p for n, p in inside if fnmatchcase(n, step) and (step.startswith(".") or not n.startswith("."))]


def _glob(run: Interpreter, path: FilePath, call: Call) -> object:
    pattern = call.first("pattern")
    return below(run, path, pattern, False, call.site) if isinstance(pattern, str) else _unknown(run, call)


def _rglob(run: Interpreter, path: FilePath, call: Call) -> object:
    pattern = call.first("pattern")
    return below(run, path, pattern, True, call.site) if isinstance(pattern, str) else _unknown(run, call)


def _open(run: Interpreter, path: FilePath, call: Call) -> object:
    return opened(run, path, call.first("mode", 0, "r"), call.site)


def opened(run: Interpreter, path: FilePath, mode: object, site: Site) -> object:
    """`open(path, mode)`, for reading."""
    run.unsure += 1
    if not isinstance(mode, str) or set(mode) - set("rtb"):
        return run.opaque("the content of a file that the scanner does not read", site)
    text = read(run, path, site)
    return OpenFile(text.encode() if isinstance(text, str) and "b" in mode else text, path)


METHODS: dict[str, Callable[[Interpreter, FilePath, Call], object]] = {
    **dict.fromkeys(("resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__"), _same),
    "joinpath": lambda run, path, call: joined(run, path, call.args, call),
    "read_text": lambda run, path, call: read(run, path, call.site),
    "open": _open,
    "exists": _exists,
    "is_file": _exists,
    "is_dir": _is_dir,
    "iterdir": _iterdir,
    "glob": _glob,
    "rglob": _rglob,
    "with_name": _renamed,
    "with_suffix": _suffixed,
    "relative_to": _relative,
}
TEXTS = ("endswith",)


@dataclass(eq=False)
class OpenFile(Thing):
    """What `open` gives for a file of the scanned folder, and `io.StringIO` for a text."""

    content: object  # text, bytes, or unknown
    path: FilePath | None = None

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Reading it."""
        if name in ("read", "getvalue"):
            return Native(
                name, lambda run, call: self.content if not call.args else run.opaque("a part", site)
            )
        if name == "readlines":
            return Native(name, lambda run, call: self.lines(run, call.site))
        if name in ("close", "flush", "seek"):
            return Native(name, lambda run, call: None)
        if name == "name" and self.path is not None:
            return self.path
        return run.opaque("a method of an open file", site)

    def lines(self, run: Interpreter, site: Site) -> object:
        """All lines, with their ends."""
        items = self.items()
        return run.opaque("the lines of a file that is not known", site) if items is None else items

    def items(self) -> list[object] | None:
        """The lines."""
        if isinstance(self.content, (str, bytes)):
            return list(self.content.splitlines(keepends=True))
        return None


def as_path(value: object) -> FilePath | None:
    """The path itself."""
    return value if isinstance(value, FilePath) else None


def literal(run: Interpreter, text: object, site: Site) -> FilePath | None:
    """The file that a path of the machine means, where the scanned folder has one at that place."""
    text = text.path if isinstance(text, PlainPath) else text
    if not isinstance(text, str) or not text or len(text) > 1_000:
        return None
    path = PurePosixPath(text)
    parts = [p for p in path.parts if p not in ("/", ".")]
    if ".." in parts or not parts:
        return None
    tails = [parts] if not path.is_absolute() else []
    if "dags" in parts:
        after = parts[parts.index("dags") + 1 :]
        tails += [["dags", *after], after]
    for tail in tails:
        name = "/".join(tail)
        if tail and run.importer.text(name) is not None:
            run.report("SC037", f"{text} is taken for {name} of the scanned folder", site)
            return FilePath(name)
    return None


@dataclass(eq=False)
class PlainPath(Thing):
    """`Path("/some/where")`: nothing is read there, but its parts are known. As a text, it stays the code it is."""

    path: str

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """The parts of a path that are no question to the machine."""
        here = PurePosixPath(self.path)
        if name in ("name", "stem", "suffix"):
            return str(getattr(here, name))
        if name == "parts":
            return here.parts
        if name == "parent":
            return PlainPath(str(here.parent))
        if name in ("as_posix", "__str__"):
            return Native(name, lambda run, call: str(here))
        if name == "joinpath":
            return Native(name, lambda run, call: self._joined(run, call.args, call.site))
        if name in ("open", "read_text", "exists", "is_file"):
            found = literal(run, self.path, site)
            if found is not None:
                return Native(name, lambda run, call: METHODS[name](run, found, call))
        return run.opaque("a path of the machine that runs Airflow", site)

    def combine(
        self, run: Interpreter, operator: ast.operator, other: object, site: Site, swapped: bool
    ) -> object:
        """`path / "name"`."""
        if isinstance(operator, ast.Div) and not swapped:
            return self._joined(run, [other], site)
        return run.opaque("a path of the machine that runs Airflow", site)

    def _joined(self, run: Interpreter, parts: list[object], site: Site) -> object:
        texts = [str(p.path) if isinstance(p, PlainPath) else p for p in parts]
        if not all(isinstance(t, str) for t in texts):
            return run.opaque("a path that is not known", site)
        return PlainPath(posixpath.join(self.path, *[str(t) for t in texts]))


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
