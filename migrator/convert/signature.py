"""Each parameter of a task's function gets its value: from the call, from Airflow's context, or its default."""

import ast
from collections import Counter
from collections.abc import Iterator

from migrator.convert.annotations import of_input
from migrator.convert.asset_functions import is_asset, named
from migrator.convert.changes import changed_below
from migrator.convert.context import DATETIMES, TASK_INSTANCE
from migrator.convert.context import given as given_by_airflow
from migrator.convert.naming import PARAMETERS, RESERVED, variable
from migrator.convert.outlets import of_asset
from migrator.convert.problem import Problem
from migrator.convert.replaced import replaced
from migrator.convert.scope import Given, Scope
from migrator.convert.source import defaults, names_bound, names_read
from migrator.ir import Dictionary, Item, Literal, Sequence, Value, XCom
from migrator.scan.tree import children, walk


class Signature(Scope):
    """Binds the parameters; `bind` is the way in."""

    def bind(self, given: Given, templates_dict: Value | None) -> None:
        """Give each parameter its value: from the call, from the context, or its default."""
        arguments = self.function.args
        if arguments.vararg:
            self.refuse("DP043", f"*{arguments.vararg.arg} in the signature", self.function)
        self.taken |= self.names_of(given)
        if templates_dict is not None:
            self.templates_dict = self.text_of(templates_dict, None)
        positional = [*arguments.posonlyargs, *arguments.args]
        usual = defaults(self.function)
        self._note_known(given)
        self._bind_closure()
        for parameter in [*positional, *arguments.kwonlyargs]:
            if is_asset(self.task) and parameter.arg not in {*given, *usual}:
                self._bind_asset(parameter.arg, parameter)
            else:
                self._bind_one(parameter, given, usual.get(parameter.arg))
        if arguments.kwarg:
            self.contexts.add(arguments.kwarg.arg)
            names = {p.arg for p in [*positional, *arguments.kwonlyargs]}
            self._check_keys(arguments.kwarg.arg, names)
            for name in sorted(given.keys() - names):
                self.refuse(
                    "DP043", f"the argument {name!r} goes into **{arguments.kwarg.arg}", self.function
                )

    def _check_keys(self, kwarg: str, names: set[str]) -> None:
        """What a parameter takes is not in `**context` any more: Airflow's task would fail with a KeyError."""
        for node in walk(self.function):
            if isinstance(node, ast.Subscript) and self._context_key(node) in names:
                self.refuse(
                    "DP050",
                    f"{self.source.segment(node)}: a parameter of that name takes it out of **{kwarg}",
                    node,
                )

    def _add_annotated(self, name: str, value: XCom, annotation: ast.expr | None) -> None:
        """An input of its own. One that is a thing of Airflow only stays there."""
        for part in names_read(annotation) if annotation else ():
            if self.source.from_airflow(part) and not replaced(part, self.source):
                self.refuse(*self.source.why_airflow(part), annotation)
                return
        kept = of_input(self.source, annotation, self.declared(value.task_id))
        self.add_input(name, value.task_id, value.key, kept)

    def _bind_one(self, parameter: ast.arg, given: Given, default: ast.expr | None) -> None:
        name = parameter.arg
        if name in given:
            value, node = given[name]
            if isinstance(value, Item):
                self._line(name, self.item(value.name))
                if default is not None:
                    self.body.usual[value.name] = self.source.segment(default)
            elif (
                isinstance(value, XCom) and value.key == "return_value" and name not in RESERVED | PARAMETERS
            ):
                self._add_annotated(name, value, parameter.annotation)
            elif isinstance(value, XCom) and value.key == "return_value":
                self._line(name, self.pull(value.task_id, value.key, variable(name)))
            elif text := self.text_of(value, node):
                self._line(name, text)
        elif given_by_airflow(name, self.timing):
            self._bind_context(name, parameter)
        elif name == "context" and default is None:
            self.refuse("DP043", "a parameter `context` without a value", parameter)
        elif default is not None:
            self._bind_default(name, default)
        else:
            self.refuse("DP043", f"the parameter {name!r} gets no value", parameter)

    def _bind_asset(self, name: str, parameter: ast.arg) -> None:
        """A parameter of an `@asset` function: what Airflow gives it, or the asset of that name."""
        if name == "context":
            self.contexts.add(name)
        elif name == "outlet_events":
            self._bind_context(name, parameter)
        elif not self._reads(name):
            return
        elif found := of_asset(self.task) if name == "self" else named(self.source).get(name):
            self.body.imports.add("from ..runtime.dataset_events import Asset")
            self._line(name, f"Asset({found.name!r}, {found.address!r})")
        else:
            self.refuse("DP071", f"the file does not make an asset with the name {name!r}", parameter)

    def _note_known(self, given: Given) -> None:
        """Names that mean one text in the whole function: constants that it is given, or of the place around it."""
        bound = Counter(names_bound(self.function))
        closure = self.task.function.closure if self.task.function else {}
        found = {**closure, **{name: value for name, (value, _) in given.items()}}
        self.known = {
            name: str(value.value)
            for name, value in found.items()
            if isinstance(value, Literal) and isinstance(value.value, (str, int)) and bound[name] <= 1
        }

    def _text_of_constant(self, node: ast.expr | None) -> str | None:
        """`"extract"`, `f"extract_{table}"`, `"extract_" + table`, where the task has the parts."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        parts: list[str | None] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self._text_of_constant(node.left), self._text_of_constant(node.right)]
        elif isinstance(node, ast.JoinedStr):
            for part in node.values:
                plain = not isinstance(part, ast.FormattedValue)
                slot = None if plain or part.format_spec or part.conversion != -1 else part.value  # type: ignore[attr-defined]
                parts.append(self._text_of_constant(part if plain else slot))
        return "".join(p for p in parts if p is not None) if parts and None not in parts else None

    def _bind_default(self, name: str, default: ast.expr) -> None:
        if self.ground.away(default):
            if text := self.enclosed(name):
                self._line(name, text)
        else:
            self._line(name, self.source.segment(default))

    def _bind_closure(self) -> None:
        """What the function reads of the loop or the function around it."""
        for name in sorted(self.unknown_names()):
            why = f"its function reads `{name}` of the place where it is defined, and that is not known"
            self.refuse("SC053", why, self.function)
        for name in sorted(self.gone(self.function)):
            if text := self.enclosed(name):
                self._line(name, text)

    def _line(self, name: str, text: str) -> None:
        if name != text:
            self.body.lines.append(f"{name} = {text}")

    def _bind_context(self, name: str, parameter: ast.arg) -> None:
        if name in TASK_INSTANCE:
            self.instances.add(name)
        elif name == "templates_dict":
            self._line(name, self.templates_dict or "None")
        elif not self._reads(name):
            return
        elif name in ("params", "dag_run"):
            (self.params if name == "params" else self.runs).add(name)
        elif name in ("dag", "task") and self._only_known(name, name):
            self.named.setdefault(name, set()).add(name)
        elif found := self.of_context(name):
            if name in DATETIMES:
                self.moments[name] = found.text
            self._line(name, self.body.use(found))
        else:
            self.refuse("DP041", f"`{name}` of the context has no native form yet", parameter)

    def _only_known(self, key: str, name: str) -> bool:
        """Whether the function asks the DAG or the task only for what is the same in every run."""
        parents = {id(child): node for node in walk(self.function) for child in children(node)}
        uses = [
            parents.get(id(n))
            for n in walk(self.function)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        ]
        known = self.constants()
        return all(isinstance(use, ast.Attribute) and f"{key}.{use.attr}" in known for use in uses)

    def _reads(self, name: str) -> bool:
        return any(isinstance(n, ast.Name) and n.id == name for n in walk(self.function))

    def _context_key(self, node: ast.expr) -> str | None:
        """The key in `context["ds"]` or `context.get("ds")`."""
        key: ast.expr | None = None
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id in self.contexts
        ):
            key = node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in self.contexts
            and len(node.args) == 1
        ):
            key = node.args[0]
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def shared_and_changed(given: Given, function: ast.FunctionDef, task_id: str) -> list[Problem]:
    """Airflow reads an XCom anew for each argument; here they would be one object, which one must not change."""
    tasks = {name: list(_tasks_of(value)) for name, (value, _) in given.items()}
    counts = Counter(found for several in tasks.values() for found in several)
    return [
        Problem("DP054", f"`{name}` is changed in place, and another argument holds its XCom", None, task_id)
        for name in sorted(changed_below(function, 0) & tasks.keys())
        if any(counts[found] > 1 for found in tasks[name])
    ]


def _tasks_of(value: Value) -> Iterator[str]:
    """The tasks whose XComs are in a value."""
    if isinstance(value, XCom):
        yield value.task_id
    elif isinstance(value, (Sequence, Dictionary)):
        for item in value.items.values() if isinstance(value, Dictionary) else value.items:
            yield from _tasks_of(item)
