"""Modules of the DAG repository that a DAG file imports: which of them move along, and how they are imported then.

Airflow has the dags and plugins folders on its path; the new project has not. So a module that needs nothing of
Airflow is copied to `lib/`, at its path in the repository, and imports of it become relative. One that does need
Airflow stays behind, with all that imports it: what uses its names cannot be native.
"""

import ast
import keyword
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from migrator.convert.data_files import data_files
from migrator.convert.ground import names_set
from migrator.convert.import_beside import LIBRARY, MODULE, Beside, Imported, Repository
from migrator.convert.moved import of_airflow, own_problem, relative, without_airflow
from migrator.convert.source import Source
from migrator.convert.split import Split, attributes, several
from migrator.ir import Function
from migrator.record import dataclass
from migrator.scan.search_path import added


@dataclass(frozen=True)
class _Module:
    """A file of the repository. `problem`: why it cannot move, whatever it imports."""

    source: Source | None
    imports: tuple[Imported, ...] = ()
    problem: str = ""
    fixed: str = ""  # why not even a part of it can move
    data: tuple[str, ...] = ()  # files that are no modules and come along


class Modules:
    """The modules of one repository; each is read once."""

    def __init__(self, folder: Repository) -> None:
        self.folder = folder
        self._read: dict[str, _Module] = {}
        self._splits: dict[str, Split | None] = {}

    def of(self, source: Source, path: str) -> Beside:
        """What a DAG file imports of the repository."""
        moved, stays, everything = [], {}, []
        for one in self._imports(source, path):
            left = self._left(one, source)
            if "*" in one.names and left:
                why = next(iter(left.values()))
                everything.append((one.node.lineno, f"{one.module}, which cannot move: {why}"))
                continue
            only = frozenset(one.names) - left.keys()
            if only:
                moved.append(replace(one, only=only) if left else one)
            text = f"{one.module} of the DAG repository, which cannot move: "
            stays.update({name: f"{text}{why}" for name, why in left.items()})
        return Beside(tuple(moved), stays, tuple(everything))

    def ways(self, source: Source, path: str) -> list[ast.stmt]:
        """Statements that put folders on Python's path, where what they are for has been seen and moves along."""
        imported = [a.name for n in source.import_statements if isinstance(n, ast.Import) for a in n.names]
        imported += [
            n.module
            for n in source.import_statements
            if isinstance(n, ast.ImportFrom) and n.module and not n.level
        ]
        unseen = any(not installed(m) and self.folder.locate(m, path) is None for m in imported)
        found = added(source.tree, path)
        return [one.statement for one in found if not (one.leads_outside and unseen)]

    def moves(self, path: str) -> bool:
        """Whether a module can be copied, with all that it loads."""
        return self.folder.has(path) and not self.problem(self._loads(path))

    def texts_behind(self, source: Source, path: str) -> Callable[[str], list[str]]:
        """By a name that a file imports: the texts of all modules of the repository that this loads."""

        @cache
        def texts(name: str) -> list[str]:
            needs = {need for one in self._imports(source, path) if name in one.names for need in one.needs}
            sources = [self.source(each) for each in sorted(self.closure(frozenset(needs)))]
            return [each.text for each in sources if each]

        return texts

    def _left(self, one: Imported, source: Source) -> dict[str, str]:
        """The names of an import of this file that stay behind, and why."""
        why = one.problem or self._taken(one) or self.problem(one.needs)
        if not why:
            return {}
        fixed = next((f"{p}: {w}" for p in sorted(one.needs) if (w := self._module(p).fixed)), "")
        if one.problem or fixed or "*" in one.names:
            return dict.fromkeys(one.names, one.problem or fixed or why)
        found = {}
        for alias in one.node.names:
            name = alias.asname or alias.name
            path, module = self._meant(one, alias.name)
            gone = self.gone(path)
            used = attributes(source, name) if module else {alias.name}
            left = gone if used is None else gone.keys() & used
            if left:
                found[name] = f"{path}: {gone[min(left)]}"
        return found

    def _meant(self, one: Imported, name: str) -> tuple[str, bool]:
        """The module that a name is of, or that it is."""
        if isinstance(one.node, ast.Import):
            last = name.rpartition(".")[2]
            return self._inside(one.target, last) or f"{last}.py", True
        inner = self._inside(one.target, name)
        base = next((p for p in (f"{one.target}.py", f"{one.target}/__init__.py") if p in one.needs), "")
        return inner or base, inner is not None

    def gone(self, path: str) -> Mapping[str, str]:
        """The names that a module will not have at its new place, and why."""
        split = self._split(path)
        return split.gone if split else {}

    def _split(self, path: str) -> Split | None:
        """The part of a module that moves; None where all of it does, or nothing."""
        if path not in self._splits:
            self._splits[path] = None  # modules may import each other
            module = self._module(path)
            stays: dict[str, str] = {}
            for one in module.imports:
                stays.update(self._left(one, module.source) if module.source else {})
            if module.source is not None and not module.fixed and (module.problem or stays):
                self._splits[path] = Split(module.source.text, stays)
        return self._splits[path]

    def importing(self, function: Function) -> str | None:
        """The statement that gives a DAG's module a function of another file; None for one that stays behind."""
        source = self.source(function.file or "")
        module = self._module(function.file or "")
        if source is None or module.fixed:
            return None
        named = [s for s in source.tree.body if function.name in names_set(s)]
        if len(named) != 1 or not isinstance(named[0], ast.FunctionDef) or named[0].lineno != function.line:
            return None
        needs = self._loads(function.file or "")
        if function.name in self.gone(function.file or "") or any(self._module(p).fixed for p in needs):
            return None
        target = relative(f"{LIBRARY}/{_stem(function.file or '')}", MODULE)
        return f"from {target} import {function.name}"

    def part(self, path: str) -> Source | None:
        """What moves of a module, as a text from which functions can be copied to a DAG's module."""
        module, split = self._module(path), self._split(path)
        source = split.source if split else module.source
        if source is None or module.fixed or any(self._module(p).fixed for p in self._loads(path)):
            return None
        source.path, source.elsewhere = path, self.source
        source.line_of = lambda name: self._line_of(name, path)
        return source

    def _line_of(self, name: str, path: str) -> str | None:
        """The statement that imports what a module of the repository calls so."""
        module = self._module(path)
        if module.source is None:
            return None
        for one in module.imports:
            alias = next((a for a in one.node.names if (a.asname or a.name) == name), None)
            if alias and isinstance(one.node, ast.ImportFrom) and name not in self._left(one, module.source):
                start = relative(f"{LIBRARY}/{one.target}" if one.target else LIBRARY, MODULE)
                return f"from {start} import {ast.unparse(alias)}"
        own = any(name in names_set(s) for s in module.source.tree.body)
        if not own or name in self.gone(path) or name in module.source.imports:
            return None
        return f"from {relative(f'{LIBRARY}/{_stem(path)}', MODULE)} import {name}"

    def source(self, path: str) -> Source | None:
        """The text of a module; None when it cannot be read."""
        return self._module(path).source

    def written(self, source: Source, path: str) -> Callable[[str], tuple[str, str] | None]:
        """What tells where a name is written that a file imports from a module of the repository."""

        @cache
        def places() -> dict[str, tuple[str, str]]:
            found: dict[str, tuple[str, str]] = {}
            for one in self._imports(source, path):
                if isinstance(one.node, ast.ImportFrom) and self.folder.has(at := f"{one.target}.py"):
                    found |= {a.asname or a.name: (at, a.name) for a in one.node.names}
            return found

        return lambda name: places().get(name)

    def imported(self, node: ast.Import | ast.ImportFrom, path: str, name: str) -> str | None:
        """The module of the repository that a statement of the file `path` takes a name from, or that it names."""
        if isinstance(node, ast.Import):
            found = self.folder.locate(name, path)
        elif node.level:
            found = self._relative(node, path)
        else:
            found = None if installed(node.module or "") else self.folder.locate(node.module or "", path)
        return found if found and found.endswith(".py") else None

    def problem(self, needs: frozenset[str]) -> str:
        """Why one of these, or one that they load, cannot move; empty when all can."""
        for path in sorted(self.closure(needs)):
            module = self._module(path)
            if why := module.problem or next(
                (w for i in module.imports if (w := i.problem or self._taken(i))), ""
            ):
                return f"{path}: {why}"
        return ""

    def _taken(self, one: Imported) -> str:
        """Whether a name is taken from a module that has it of Airflow itself, and will not have it any more."""
        sources = [source for path in sorted(one.needs) if (source := self._module(path).source)]
        names = {a.name for a in one.node.names} if isinstance(one.node, ast.ImportFrom) else set()
        gone = sorted(n for n in names if any(of_airflow(s.imports.get(n, "")) for s in sources))
        return f"it takes `{gone[0]}` of Airflow from {one.module} (line {one.node.lineno})" if gone else ""

    def closure(self, needs: frozenset[str]) -> set[str]:
        """These files and all that they load."""
        found: set[str] = set()
        waiting = list(needs)
        while waiting:
            if (path := waiting.pop()) not in found:
                found.add(path)
                waiting += [n for one in self._module(path).imports for n in one.needs]
        return found

    def _loaded(self, needs: frozenset[str]) -> set[str]:
        """The same for the parts of them that move."""
        found: set[str] = set()
        waiting = list(needs)
        while waiting:
            if (path := waiting.pop()) not in found:
                found.add(path)
                waiting += [n for one in self._kept(path) for n in one.needs]
        return found

    def _kept(self, path: str) -> list[Imported]:
        """The imports of a module at its new place."""
        split, found = self._split(path), []
        for one in self._module(path).imports:
            only = frozenset(one.names) & split.imported(one.node) if split else frozenset(one.names)
            if only:
                found.append(replace(one, only=only) if len(only) < len(one.names) else one)
        return found

    def named(self, stems: Iterable[str]) -> dict[str, str]:
        """The same for paths without their ends, some of which are names inside of a module."""
        needs: set[str] = set()
        for stem in stems:
            for path in (f"{stem}.py", f"{stem}/__init__.py"):
                if self.folder.has(path):
                    needs |= self._loads(path)
        return self.texts(frozenset(needs))

    def texts(self, needs: frozenset[str]) -> dict[str, str]:
        """By path in the new package: these files and all that they load, with their folders."""
        found: dict[str, str] = {}
        for path in sorted(self._loaded(needs)):
            found[f"{LIBRARY}/{path}"] = self._moved(path)
            found |= self._data(self._module(path).data)
        for path in [p for p in found if p.endswith(".py")]:
            for folder in PurePosixPath(path).parents:
                if folder != PurePosixPath("."):
                    found.setdefault(f"{folder}/__init__.py", "")
        return found

    def read_by(self, path: str) -> dict[str, str]:
        """By path in the new package: the files that a DAG file reads beside itself."""
        source = Source(self.folder.text(path) or "")
        return self._data(data_files(source, path, self.folder).paths)

    def _data(self, paths: Iterable[str]) -> dict[str, str]:
        return {f"{LIBRARY}/{path}": self.folder.text(path) or "" for path in paths}

    # ------------------------------------------------------------------ one module
    def _moved(self, path: str) -> str:
        """The text of a module at its new place."""
        from migrator.convert import edits

        module = self._module(path)
        assert module.source is not None
        split = self._split(path)
        at = f"{LIBRARY}/{path}"
        changes = [
            one.edit(module.source, at) for one in self._kept(path) if one.only or not _is_relative(one)
        ]
        changes += without_airflow(module.source, at)
        return edits.apply(module.source.text, split.edits(changes) if split else changes)

    def _module(self, path: str) -> _Module:
        if path not in self._read:
            self._read[path] = _Module(None)  # modules may import each other
            self._read[path] = self._look(path)
        return self._read[path]

    def _look(self, path: str) -> _Module:
        if bad := next((p for p in _parts(path) if not p.isidentifier() or keyword.iskeyword(p)), None):
            return _stuck(f"`{bad}` is no name of a package")
        text = self.folder.text(path)
        try:
            source = Source(text) if text is not None else None
        except (SyntaxError, ValueError, RecursionError):
            source = None
        if source is None:
            return _stuck("it cannot be read")
        data = data_files(source, path, self.folder)
        problem = own_problem(source) or data.problem
        fixed = data.problem or several(source)
        return _Module(source, tuple(self._imports(source, path)), problem, fixed, data.paths)

    # ------------------------------------------------------------------ its imports
    def _imports(self, source: Source, path: str) -> Iterator[Imported]:
        for node in source.import_statements:
            found = (
                self._import_from(node, path)
                if isinstance(node, ast.ImportFrom)
                else self._import(node, path)
            )
            if found is not None:
                yield found

    def _import(self, node: ast.Import, path: str) -> Imported | None:
        located = [(a, self.folder.locate(a.name, path)) for a in node.names if not installed(a.name)]
        ours = [(alias, found) for alias, found in located if found is not None]
        if not ours:
            return None
        alias, found = ours[0]
        problem = ""
        if len(node.names) > 1:
            problem = f"line {node.lineno} imports several modules with one statement"
        elif "." in alias.name and not alias.asname:
            problem = f"`import {alias.name}` of line {node.lineno} needs a name of its own (`as`)"
        stem = _stem(found)
        return Imported(node, self._loads(found), alias.name, stem.rpartition("/")[0], problem)

    def _import_from(self, node: ast.ImportFrom, path: str) -> Imported | None:
        module = "." * node.level + (node.module or "")
        if installed(module):
            return None
        base = self._relative(node, path) if node.level else self.folder.locate(node.module or "", path)
        if base is None:
            problem = f"{module} is not in the repository" if node.level else ""
            return Imported(node, frozenset(), module, problem=problem) if problem else None
        needs = set(self._loads(base))
        stem = _stem(base)
        for alias in node.names if not base.endswith(".py") or base.endswith("/__init__.py") else ():
            if inner := self._inside(stem, alias.name):
                needs |= self._loads(inner)
        return Imported(node, frozenset(needs), module, stem)

    def _inside(self, stem: str, name: str) -> str | None:
        """The file of a module of a package."""
        paths = (f"{stem}/{name}.py", f"{stem}/{name}/__init__.py")
        return next((p for p in paths if name != "*" and self.folder.has(p)), None)

    def _relative(self, node: ast.ImportFrom, path: str) -> str | None:
        folders = path.split("/")[:-1]
        if node.level - 1 > len(folders):
            return None
        parts = folders[: len(folders) - node.level + 1] + (node.module or "").split(".") * bool(node.module)
        stem = "/".join(parts)
        for found in (f"{stem}.py", f"{stem}/__init__.py"):
            if self.folder.has(found):
                return found
        return f"{stem}/" if not node.module else None

    def _loads(self, path: str) -> frozenset[str]:
        """A module, and the `__init__.py` of each package that it is in, which Python loads before it."""
        found = {path} if path.endswith(".py") else set()
        for folder in PurePosixPath(_stem(path)).parents:
            if not self.folder.has(f"{folder}/__init__.py") or folder == PurePosixPath("."):
                break
            found.add(f"{folder}/__init__.py")
        return frozenset(found)


def _stuck(why: str) -> _Module:
    return _Module(None, problem=why, fixed=why)


def installed(module: str) -> bool:
    """Airflow's, or of the standard library, which comes before the DAG folder on Airflow's path."""
    return of_airflow(module) or module.partition(".")[0] in sys.stdlib_module_names


def _stem(path: str) -> str:
    """Of a package its folder."""
    return path.removesuffix("/").removesuffix(".py").removesuffix("/__init__")


def _parts(path: str) -> list[str]:
    return path.removesuffix(".py").split("/")


def _is_relative(one: Imported) -> bool:
    return isinstance(one.node, ast.ImportFrom) and one.node.level > 0
