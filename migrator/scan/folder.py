"""The scanned folder: what readings ask of it, and nothing outside of it."""

import errno
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path, PurePosixPath

from migrator.findings import Finding
from migrator.ir import Origin, SourceFile
from migrator.scan.search_path import added
from migrator.scan.source import Source, parse
from migrator.scan.tree import forget

LARGEST = 2_000_000  # bytes
CHUNK = 65_536  # of them at a time: room for all that is allowed costs more than to read most files
KEPT = 64  # parsed files at a time: helper modules are asked for again and again, DAG files once
KEPT_TEXT = 2_000_000  # and characters of them together: their trees take up to a hundred times as many bytes
LOCATED = 10_000  # imported names of which the place is remembered


class Folder:
    """Reads below one folder and nowhere else. A file that cannot be read is a source with a problem.

    `asked` records each question of the reading at hand with its answer, as text: as long as `answer` says the
    same to all of them, reading the same file again gives the same result.
    """

    def __init__(self, root: Path, *, keep: bool = False) -> None:
        self.root = root
        self.asked: dict[str, str] = {}
        self.files: dict[str, SourceFile] | None = {} if keep else None  # all that was read, where wanted
        self._sources: OrderedDict[str, Source] = OrderedDict()
        self._held = 0
        self._real = os.path.realpath(root)
        self._name = Path(self._real).parts[1:]
        self._listings: dict[str, frozenset[str] | None] = {}
        self._packages: dict[str, bool] = {}
        self._located: dict[tuple[str, str], str | None] = {}
        self._added: dict[str, tuple[str, ...]] = {}
        self._tops: dict[tuple[str, str], bool] = {}
        self._inner: dict[str, bool] = {}
        self._digests: dict[str, str] = {}
        self._digests_of_names: dict[str, str] = {}
        self._gaps: dict[str, str | None] = {}
        self._answers: dict[str, Callable[[str], str]] = {
            "source": self._digest,
            "has": lambda path: str(self._has(path)),
            "absent": lambda path: str(self._gap(path) is not None),
            "package": lambda path: str(self._is_package(path)),
            "locate": lambda both: str(self._locate_once(*both.partition(" ")[::2])),
            "may": lambda both: str(self._may_hold(*both.partition(" ")[::2])),
            "text": self._text_digest,
            "names": self._names_digest,
        }

    # ---- questions of a reading
    def source(self, path: str) -> Source:
        """The source of a path below the folder."""
        found = self._sources.get(path)
        if found is None:
            found = self._keep(self._read(path))
            if self.files is not None:
                self.files[path] = SourceFile(path, found.text, found.sha256)
        self._sources.move_to_end(path)
        self.asked[f"source {path}"] = found.sha256 or _told(found.problem)
        return found

    def _keep(self, source: Source) -> Source:
        """In the place of those that were asked for longest ago."""
        self._sources[source.path] = source
        self._held += len(source.text or "")
        while len(self._sources) > 1 and (len(self._sources) > KEPT or self._held > KEPT_TEXT):
            _, gone = self._sources.popitem(last=False)
            self._held -= len(gone.text or "")
        return source

    def done(self, path: str) -> None:
        """Nobody is expected to ask for this file's source again."""
        if (gone := self._sources.pop(path, None)) is not None:
            self._held -= len(gone.text or "")
            forget(gone.text or "")

    def has(self, path: str) -> bool:
        """Whether there is such a Python file."""
        gap = self._gap(path)
        if gap is not None:  # the same for all modules of a package that is not there
            self.asked[f"absent {gap}"] = "True"
            return False
        found = self._inside(path)
        self.asked[f"has {path}"] = str(found)
        return found

    def is_package(self, path: str) -> bool:
        """Whether it is a folder that holds Python files, with or without an `__init__.py`."""
        found = self._is_package(path)
        self.asked[f"package {path}"] = str(found)
        return found

    def locate(self, dotted: str, near: str) -> str | None:
        """The path of a module, or of a package with `/` at its end, as the file `near` sees it; None when absent."""
        places = [near.rpartition("/")[0], *self._added_by(near)]
        return next(
            (found for place in places if (found := self._locate_at(dotted, place)) is not None), None
        )

    def _locate_at(self, dotted: str, place: str) -> str | None:
        top = dotted.partition(".")[0]
        if self._may_hold(top, place):
            found = self._locate_once(dotted, place)
            self.asked[f"locate {dotted} {place}"] = str(found)
            return found
        self.asked[f"may {top} {place}"] = "False"  # the same for all modules of an installed package
        return None

    def names(self, path: str) -> frozenset[str] | None:
        """The names in a folder inside the folder; None where there is none, or it leads outside."""
        self.asked[f"names {path}"] = self._names_digest(path)
        return self._names_inside(path)

    def text(self, path: str) -> str | None:
        """The text of any file inside the folder; None when it is not there, too large, or not text."""
        found = self._text(path)
        self.asked[f"text {path}"] = "" if found is None else hashlib.sha256(found.encode()).hexdigest()
        return found

    def texts_read(self) -> tuple[str, ...]:
        """The files that are no Python, of which the reading at hand has asked the text."""
        found = (
            q.removeprefix("text ") for q, answer in self.asked.items() if answer and q.startswith("text ")
        )
        return tuple(sorted(path for path in found if not path.endswith(".py")))

    def answer(self, question: str) -> str:
        """What the folder says now to a recorded question."""
        verb, _, subject = question.partition(" ")
        return self._answers[verb](subject)

    # ---- how they are answered
    def _added_by(self, near: str) -> tuple[str, ...]:
        """The folders inside the folder that a file puts on Python's path."""
        if near not in self._added:
            text = self.source(near) if near.endswith(".py") and self._has(near) else None
            tree = text.tree if text and "sys.path" in (text.text or "") else None
            told = [folder for one in added(tree, near) for folder in one.folders] if tree else []
            self._added[near] = tuple("" if f == "." else f for f in told if not f.startswith(".."))
        return self._added[near]

    def _has(self, path: str) -> bool:
        return self._gap(path) is None and self._inside(path)

    def _gap(self, path: str) -> str | None:
        """The shortest beginning of a path that is not there; None when all of it is."""
        folder, _, name = path.rpartition("/")
        if folder:
            if folder not in self._gaps:
                if len(self._gaps) >= LOCATED:
                    self._gaps.clear()
                self._gaps[folder] = self._gap(folder)
            if (gap := self._gaps[folder]) is not None:
                return gap
        return None if name in ("", ".") or name in (self._listing(folder) or ()) else path

    def _listing(self, folder: str) -> frozenset[str] | None:
        """The names in a folder; None when there is no such folder."""
        if folder in self._listings:
            return self._listings[folder]
        here, found = "", self._names("")
        for name in folder.split("/"):
            if name in ("", "."):
                continue
            if found is None or name not in found:  # most names that are asked for are of installed packages
                return None
            here = f"{here}/{name}" if here else name
            found = self._names(here)
        return found

    def _names(self, folder: str) -> frozenset[str] | None:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(os.listdir(self._path(folder)))
            except (OSError, ValueError):
                self._listings[folder] = None
        return self._listings[folder]

    def _names_digest(self, path: str) -> str:
        """Of the names in a folder: there may be a hundred thousand."""
        if path not in self._digests_of_names:
            names = self._names_inside(path)
            text = "\0".join(sorted(names or ())).encode(errors="surrogateescape")
            self._digests_of_names[path] = "" if names is None else hashlib.sha256(text).hexdigest()
        return self._digests_of_names[path]

    def _names_inside(self, path: str) -> frozenset[str] | None:
        if path not in self._inner:
            self._inner[path] = self._leads_inside(path)
        return self._names(path) if self._inner[path] else None

    def _leads_inside(self, path: str) -> bool:
        above, _, name = path.rpartition("/")
        plain = name not in ("", ".", "..") and "\0" not in name
        if above and plain and self._inner.get(above) and not os.path.islink(self._path(path)):
            return True
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            return False
        try:
            real = os.path.realpath(self._path(path))
        except (OSError, ValueError):  # a null byte is in no path
            return False
        return real == self._real or real.startswith(self._real + os.sep)

    def _path(self, path: str) -> str:
        return os.path.join(self.root, path)

    def _inside(self, path: str) -> bool:
        file = self._path(path)
        return os.path.isfile(file) and os.path.realpath(file).startswith(self._real + os.sep)

    def _is_package(self, path: str) -> bool:
        names = self._listing(path) if path else None
        if names is not None and path not in self._packages:
            self._packages[path] = any(name.endswith(".py") for name in names)
        return names is not None and self._packages[path]

    def _may_hold(self, top: str, place: str) -> bool:
        """Whether a dotted name that begins so could be found, as the file in that folder sees it."""
        known = self._tops.get((top, place))
        if known is None:
            if len(self._tops) >= LOCATED:
                self._tops.clear()
            listings = [self._listing(folder) or () for folder in _folders(place)]
            known = top in self._name or any(top in names or f"{top}.py" in names for names in listings)
            self._tops[top, place] = known
        return known

    def _locate(self, dotted: str, place: str) -> str | None:
        for names in self._spellings(dotted.split(".")):
            for folder in _folders(place):
                listing = self._listing(folder) or ()
                if names[0] in listing or f"{names[0]}.py" in listing:
                    found = self._module("/".join([folder, *names]) if folder else "/".join(names))
                    if found is not None:
                        return found
        return None

    def _module(self, stem: str) -> str | None:
        for path in (f"{stem}/__init__.py", f"{stem}.py"):
            if self._has(path):
                return path
        return f"{stem}/" if self._is_package(stem) else None

    def _locate_once(self, dotted: str, place: str) -> str | None:
        if (dotted, place) not in self._located:
            if len(self._located) >= LOCATED:
                self._located.clear()
            self._located[dotted, place] = self._locate(dotted, place)
        return self._located[dotted, place]

    def _spellings(self, parts: list[str]) -> list[list[str]]:
        """A dotted name as a path below the folder; also when it starts with the names of the folders above."""
        found = [parts]
        for length in range(1, min(len(parts), len(self._name) + 1)):
            above = list(self._name[-length:])
            if parts[:length] == above and not (length == 1 and parts[0] == "airflow"):
                found.append(parts[length:])
        return found

    def _text(self, path: str) -> str | None:
        if PurePosixPath(path).is_absolute() or not self._inside(path):
            return None
        try:
            data = beginning(self._path(path))
        except (OSError, ValueError):
            return None
        return _decoded(data) if len(data) <= LARGEST else None

    def _text_digest(self, path: str) -> str:
        found = self._text(path)
        return "" if found is None else hashlib.sha256(found.encode()).hexdigest()

    def _digest(self, path: str) -> str:
        """Of a file's bytes, as `Source.sha256` has it; else what is wrong with it."""
        if path not in self._digests:
            data = self._bytes(path)
            self._digests[path] = hashlib.sha256(data).hexdigest() if isinstance(data, bytes) else _told(data)
        return self._digests[path]

    def _read(self, path: str) -> Source:
        data = self._bytes(path)
        return parse(path, data) if isinstance(data, bytes) else Source(path, None, None, problem=data)

    def _bytes(self, path: str) -> bytes | Finding:
        """What the file holds, or why that is not known."""
        file = self._path(path)
        try:
            if not stat.S_ISREG(os.stat(file).st_mode):
                return Finding("SC002", "neither a file nor a link to one", Origin(path))
            data = beginning(file)
        except OSError as error:
            return Finding("SC002", _hindrance(file, error), Origin(path))
        if len(data) > LARGEST:
            return Finding("SC004", f"files of more than {LARGEST} bytes are not read", Origin(path))
        return data


def beginning(file: str) -> bytes:
    """A byte more than what is read of files; it waits for none, though something else may stand there by now."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    found, left = [], LARGEST + 1
    try:
        while left and (part := os.read(descriptor, min(left, CHUNK))):
            found.append(part)
            left -= len(part)
    except BlockingIOError:  # a pipe into which nobody writes
        pass
    finally:
        os.close(descriptor)
    return b"".join(found)


def _decoded(data: bytes) -> str | None:
    """As Python reads a text file: all line ends are one."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _told(problem: Finding | None) -> str:
    return f"{problem.code} {problem.message}" if problem else ""


def _hindrance(file: str, error: OSError) -> str:
    if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
        return error.strerror or type(error).__name__
    if os.path.islink(file):
        return "a symbolic link to a file that is not there"
    return "neither a file nor a link to one"


@lru_cache(maxsize=1000)
def _folders(place: str) -> list[str]:
    """Where Python would look: a dags folder first, then from the scanned folder down to the file's own."""
    parts = place.split("/") if place else []
    folders = ["/".join(parts[:n]) for n in range(len(parts) + 1)]
    plugins = [f"{folder}/plugins".lstrip("/") for folder in folders]  # Airflow puts them on the path as well
    return [*sorted(folders, key=lambda f: f.rsplit("/", 1)[-1] != "dags"), *plugins]
