"""Which file of the scanned folder an import means, and what the file's names are worth."""

import ast
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from migrator.scan import ignore
from migrator.scan.evaluator.values import External, Module, Opaque, Scope, Site
from migrator.scan.files import SKIPPED, holds_dags
from migrator.scan.source import Source

if TYPE_CHECKING:
    from migrator.scan.evaluator.interpreter import Interpreter
    from migrator.scan.folder import Folder

import sys

INSTALLED = frozenset({"airflow", *sys.stdlib_module_names})  # an import of these does not fail


class Importer:
    """Resolves imports for one DAG file. Modules are read anew for each: no file changes another's."""

    def __init__(self, folder: "Folder", entry: Source) -> None:
        self.folder = folder
        self.entry = entry
        self.loaded: dict[str, Module] = {}
        self.loading = [entry.path]  # the module whose text is being read, after those that import it

    def text(self, path: str) -> str | None:
        """The text of any file of the scanned folder."""
        return self.folder.text(path)

    def names(self, path: str) -> frozenset[str] | None:
        """The names in a folder of the scanned one; None where there is none."""
        return self.folder.names(path)

    def loads(self, path: str) -> bool:
        """Whether Airflow surely loads this file by itself, when it loads the scanned folder."""
        parts = path.split("/")
        above = ["/".join(parts[:n]) or "." for n in range(len(parts))]
        if any(p.startswith(".") or p in SKIPPED for p in parts) or path.endswith("/"):
            return False
        if any(ignore.NAME in (self.folder.names(folder) or ()) for folder in above):
            return False
        return holds_dags(self.folder.source(path))

    def module(self, run: "Interpreter", dotted: str, importing: Module, site: Site) -> object:
        """What `import dotted` gives."""
        path = self.folder.locate(dotted, importing.source.path)
        if path is None:
            if dotted.partition(".")[0] not in INSTALLED:
                run.unsure += 1
            return External(dotted)
        return self._load(run, path, dotted)

    def _load(self, run: "Interpreter", path: str, dotted: str) -> object:
        if path in self.loaded:
            return self.loaded[path]
        source = (
            Source(path, "", None, ast.Module([], [])) if path.endswith("/") else self.folder.source(path)
        )
        module = run.new_module(dotted, source)
        self.loaded[path] = module
        if source.tree is None:
            module.hole = f"{path} cannot be read"
            run.unsure += 1
            return module
        frames, run.frames = run.frames, []
        doubts, run.doubts = run.doubts, []
        self.loading.append(path)
        try:
            with run.once():
                run.execute(source.tree.body, Scope(module, module.names))
        finally:
            self.loading.pop()
            run.frames, run.doubts = frames, doubts
        return module

    def submodule(self, run: "Interpreter", module: Module, name: str) -> object | None:
        """`package.name` where the name is a file of the package."""
        folder = (
            str(PurePosixPath(module.source.path).parent)
            if not module.source.path.endswith("/")
            else module.source.path[:-1]
        )
        if not module.source.path.endswith(("/", "__init__.py")):
            return None
        for path in (f"{folder}/{name}/__init__.py", f"{folder}/{name}.py"):
            path = path.removeprefix("./")
            if self.folder.has(path):
                return self._load(run, path, f"{module.name}.{name}")
        stem = f"{folder}/{name}".removeprefix("./")
        return self._load(run, f"{stem}/", f"{module.name}.{name}") if self.folder.is_package(stem) else None

    def _from(self, run: "Interpreter", node: ast.ImportFrom, scope: Scope) -> object:
        if not node.level:
            return self.module(run, node.module or "", scope.module, Site(scope.module.source, node))
        folder = PurePosixPath(scope.module.source.path).parent
        for _ in range(node.level - 1):
            folder = folder.parent
        stem = str(folder / (node.module or "").replace(".", "/")).removeprefix("./")
        stem = "" if stem == "." else stem
        for path in (f"{stem}/__init__.py".removeprefix("/"), f"{stem}.py"):
            if self.folder.has(path):
                return self._load(run, path, stem.replace("/", "."))
        if self.folder.is_package(stem) or stem == "":
            return self._load(run, f"{stem}/" if stem else "./", stem.replace("/", ".") or ".")
        run.unsure += 1
        return Opaque(f"{'.' * node.level}{node.module or ''} is not in the scanned folder", wild=True)

    def member(self, run: "Interpreter", node: ast.ImportFrom, name: str, scope: Scope) -> object:
        """What `from module import name` gives."""
        owner = self._from(run, node, scope)
        site = Site(scope.module.source, node)
        if isinstance(owner, External):
            # `from package import module` of a folder without __init__.py
            path = self.folder.locate(f"{owner.name}.{name}", scope.module.source.path)
            if path is not None:
                return self._load(run, path, f"{owner.name}.{name}")
        return run.attribute(owner, name, site)

    def everything(self, run: "Interpreter", node: ast.ImportFrom, scope: Scope) -> None:
        """`from module import *`."""
        owner = self._from(run, node, scope)
        if not isinstance(owner, Module):
            known = isinstance(owner, External) and owner.name.partition(".")[0] in INSTALLED
            scope.module.hole = f"it may come from `from {node.module or '.'} import *`"
            scope.module.names.update(
                self._stars(owner.name) if isinstance(owner, External) and known else {}
            )
            return
        public = owner.names.get("__all__")
        chosen = (
            public if isinstance(public, (list, tuple)) else [n for n in owner.names if not n.startswith("_")]
        )
        scope.names.update({n: owner.names[n] for n in chosen if isinstance(n, str) and n in owner.names})
        scope.module.hole = scope.module.hole or owner.hole

    @staticmethod
    def _stars(module: str) -> dict[str, object]:
        """The names of an installed module that mean something to the scanner."""
        from migrator.scan.registry import CALLS

        return {n.rpartition(".")[2]: External(n) for n in CALLS if n.rpartition(".")[0] == module}
