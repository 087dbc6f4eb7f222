"""The files of the repository that a DAG's file imports, directly or through others, and the names in them."""

import ast
import posixpath
from collections import deque
from collections.abc import Iterator

from migrator.inventory.env import Env, Values
from migrator.inventory.facts import facts_of
from migrator.inventory.needs.packages import package_of
from migrator.inventory.sources import Sources, find_module
from migrator.inventory.units import Facts, Unit
from migrator.inventory.values import NOTHING, Evaluator
from migrator.scan.imports import INSTALLED

MOST_FILES = 150  # of the repository that one DAG file imports, the nearest first
HOPS = 6  # from a name to where it is defined


class Modules:
    """For one DAG."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.loaded: dict[str, Facts] = {}
        self.importers: dict[str, list[str]] = {}
        self.asking: set[str] | None = None
        self.cut = False  # whether there were more files than are looked at
        self.packages: set[str] = set()
        self.evaluator = Evaluator(self)

    def load(self, path: str) -> list[str]:
        """The file and all that it imports, each once; the paths that are new, in order."""
        found: list[str] = []
        waiting = deque([path])
        while waiting:
            here = waiting.popleft()
            if here in self.loaded:
                continue
            if len(self.loaded) >= MOST_FILES:
                self.cut = True
                break
            if (facts := self._facts(here)) is not None:
                self.loaded[here] = facts
                self.packages |= facts.packages
                found.append(here)
                near = (p for dotted in facts.imports for p in self._imported(dotted, here))
                for imported in dict.fromkeys(near):
                    self.importers.setdefault(imported, []).append(here)
                    waiting.append(imported)
                self.asking = None
        return found

    def matters(self, path: str) -> bool:
        """Whether something in a file, or in one that it imports, needs something."""
        if self.asking is None:
            self.asking = set()
            waiting = [path for path, facts in self.loaded.items() if facts.asks]
            while waiting:
                here = waiting.pop()
                if here not in self.asking:
                    self.asking.add(here)
                    waiting += self.importers.get(here, ())
        return path in self.asking

    def _facts(self, path: str) -> Facts | None:
        tree, text = self.sources.tree(path), self.sources.text(path)
        return facts_of(tree, text, path) if tree is not None and text is not None else None

    def _imported(self, dotted: str, near: str) -> Iterator[str]:
        """The files that an import runs; where there are none, it is a package from elsewhere."""
        path = self.locate(dotted, near)
        if path is not None:
            yield from self._with_packages(path, dotted)
        elif not dotted.startswith(".") and (package := package_of(dotted)):
            self.packages.add(package)

    def locate(self, dotted: str, near: str) -> str | None:
        """The file of a module, or of the module that the last name is in."""
        if dotted.partition(".")[0] in INSTALLED:
            return None
        found = find_module(self.sources, dotted, near)
        above = dotted.rpartition(".")[0]
        if found is None and above.strip("."):
            found = find_module(self.sources, above, near)
        elif found is None and above:  # `from . import name`
            found = find_module(self.sources, above + ".", near)
        return found

    def _with_packages(self, path: str, dotted: str) -> Iterator[str]:
        if path.endswith(".py"):
            yield path
        folder = posixpath.dirname(path.rstrip("/"))
        for _ in range(dotted.strip(".").count(".")):
            init = f"{folder}/__init__.py"
            if folder and init != path and self.sources.has(init):
                yield init
            folder = posixpath.dirname(folder)

    def expression(self, source: str, path: str) -> tuple[ast.expr, Env] | None:
        """An expression of a file, which it gives to a DAG, to be worked out."""
        try:
            node = ast.parse(source.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        self.load(path)
        facts = self.loaded.get(path)
        return (node, Env(path, facts, facts.module)) if facts else None

    # ---- names
    def unit_of(self, env: Env, dotted: str) -> tuple[str, Unit] | None:
        """The function or class of a name, as it is seen from a place in the code."""
        first, _, rest = dotted.partition(".")
        for around in env.chain():
            if first in around.unit.names and around.unit.kind != "class":
                return env.path, _inner(around.unit.names[first], rest)
        if first in env.facts.module.names:
            return env.path, _inner(env.facts.module.names[first], rest)
        spelled = [dotted, *(f"{star}.{dotted}" for star in env.facts.stars)]
        found = next((target for name in spelled if (target := self._target(env.path, name))), None)
        if found is None:
            return None
        path, facts, name = found
        unit = facts.module.names.get(name.partition(".")[0])
        return (path, _inner(unit, name.partition(".")[2])) if unit is not None else None

    def _target(self, near: str, dotted: str) -> tuple[str, Facts, str] | None:
        """The file of a dotted name and what is left of it there, through files that only pass it on."""
        for _ in range(HOPS):
            found = self._split(dotted, near)
            if found is None:
                return None
            path, name = found
            facts = self.loaded.get(path) or self._facts(path)
            if facts is None:
                return None
            first, _, rest = name.partition(".")
            passed = facts.aliases.get(first)
            if passed is None or first in facts.module.names or first in facts.stores:
                return path, facts, name
            dotted, near = f"{passed}.{rest}" if rest else passed, path
        return None

    def _split(self, dotted: str, near: str) -> tuple[str, str] | None:
        if dotted.partition(".")[0] in INSTALLED or dotted.startswith("?"):
            return None
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            path = find_module(self.sources, module or ".", near) if module.strip(".") or not module else None
            if path is None and not module.strip("."):
                path = find_module(self.sources, module + ".", near)
            if path is not None:
                return (path, ".".join(parts[length:])) if path.endswith(".py") else None
        return None

    def name_of(self, env: Env, dotted: str, depth: int) -> Values:
        """What an imported name is worth, or an attribute of a class."""
        found = self._target(env.path, dotted)
        path, facts, name = found if found is not None else (env.path, env.facts, dotted)
        first, _, rest = name.partition(".")
        module = Env(path, facts, facts.module)
        unit = facts.module.names.get(first)
        if unit is not None and unit.kind == "class" and rest:
            attribute = rest.removesuffix(".value")  # of an enum
            return self.evaluator.of_class(attribute, Env(path, facts, unit, {}, module), depth + 1)
        if found is None or rest or depth > HOPS * 3:
            return NOTHING
        return self.evaluator.of_module(first, module, depth + 1)

    def base_of(self, env: Env) -> Env | None:
        """The first base of a class that is one of the repository's; it is called with the same arguments."""
        for base in env.unit.bases:
            found = self.unit_of(env, env.facts.qualified(base))
            if found is not None and found[1] is not env.unit and (facts := self.loaded.get(found[0])):
                return Env(found[0], facts, found[1], env.given, Env(found[0], facts, facts.module))
        return None


def _inner(unit: Unit, rest: str) -> Unit:
    """A method or an inner class; the unit itself where there is none of that name."""
    for name in rest.split(".") if rest else []:
        unit = unit.names.get(name, unit)
    return unit
