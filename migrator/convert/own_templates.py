"""The arguments of a user's operator: those in its template fields are rendered before it is made, no others."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from migrator.convert.items import each_of
from migrator.convert.own_class import Link, OwnClass, stores
from migrator.convert.own_context import OwnBody
from migrator.convert.own_init import Inits, Unfit, Uses
from migrator.convert.registry import Args
from migrator.ir import (
    EXPAND_KWARGS,
    Code,
    Dictionary,
    Item,
    Literal,
    Sequence,
    Template,
    Value,
    XCom,
    walk,
)
from migrator.scan.tree import walk as nodes_of

JINJA = re.compile(r"\{\{|\{%|\{#")
FILLED = re.compile(r"\{\{\s*(ds|ds_nodash|ts|ts_nodash|run_id|logical_date|data_interval_\w+)\b")
READING = re.compile(r"\b(open|read|read_text|load|loads|render|get_template)\(")


class Arguments:
    """For one task."""

    def __init__(self, of: OwnClass, inits: Inits, scope: OwnBody) -> None:
        self.of, self.inits, self.scope, self.task = of, inits, scope, scope.task
        self.values = {n: v for n, v in scope.task.args.items() if n != "task_id" and inits.takes(n)}

    def texts(self, args: Args) -> Iterator[str]:
        """`table="orders"`, in the order in which the task has them."""
        self._check_made()
        mapped = {n: args.take(n) for n in [*self.values] if n in args.left()}
        mapped |= self._of_dictionaries(args)
        for name, value in mapped.items():
            if value is not None and (text := self._text(name, value)) is not None:
                yield f"{name}={text}"
        yield from self._rendered_defaults(set(mapped))

    def _of_dictionaries(self, args: Args) -> dict[str, Value | None]:
        """The names in the items of `expand_kwargs`."""
        found = {n: args.take(n) for n in each_of(self.scope.dag, self.task) if n in args.left()}
        if EXPAND_KWARGS in self.task.expand and not found:
            raise Unfit("CF066", "it is mapped over dictionaries whose keys are not known")
        for name in found:
            if not self.inits.takes(name):
                raise Unfit("CF066", f"it is mapped over `{name}`, which is not its own")
            if EXPAND_KWARGS in self.task.expand and (default := self.inits.default(name)):
                self.scope.body.usual[name] = default[0].source.segment(default[1])
                if not isinstance(default[1], ast.Constant):
                    raise Unfit("CF066", f"the default of `{name}` is no constant")
        return found

    def _text(self, name: str, value: Value) -> str | None:
        uses = self.inits.uses(name)
        if isinstance(value, Item):
            self._check_items(name)
            return self.scope.text_of(value, None)
        node = self.scope.node_of(name)
        if not uses.attributes & self.fields:
            self._check_unrendered(name, value, uses)
            return self.scope.unrendered(_raw(value), node)
        self._check_rendered(name, value, uses)
        return self.scope.text_of(value, node)

    # ------------------------------------------------------------------ template fields
    @cached_property
    def fields(self) -> set[str]:
        """The attributes that Airflow renders."""
        found = self.of.attribute("template_fields")
        return set(self._names_in(*found)) if found else set()

    @cached_property
    def extensions(self) -> tuple[str, ...]:
        """Ends of texts that are files with the template."""
        found = self.of.attribute("template_ext")
        return tuple(self._names_in(*found)) if found else ()

    def _names_in(self, link: Link, node: ast.expr) -> list[str]:
        """`("table",)`, `(*Base.template_fields, "table")`, `Base.template_fields + ("table",)`."""
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return [name for item in node.elts for name in self._names_in(link, item)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.Starred):
            return self._names_in(link, node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return [*self._names_in(link, node.left), *self._names_in(link, node.right)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("tuple", "list") and len(node.args) == 1:
            return self._names_in(link, node.args[0])
        if isinstance(node, ast.Attribute):
            return self._of_base(link, node)
        raise Unfit("OP068", f"its template fields are not known: `{ast.unparse(node)}`")

    def _of_base(self, link: Link, node: ast.Attribute) -> list[str]:
        if link.source.qualified(node.value) == self.of.base:
            return []
        for above in self.of.links[self.of.links.index(link) + 1 :]:
            if isinstance(node.value, ast.Name) and above.node.name == node.value.id:
                only = OwnClass(self.of.links[self.of.links.index(above) :], self.of.base)
                found = only.attribute(node.attr)
                return self._names_in(*found) if found else []
        raise Unfit("OP068", f"its template fields are not known: `{ast.unparse(node)}`")

    # ------------------------------------------------------------------ checks
    def _check_rendered(self, name: str, value: Value, uses: Uses) -> None:
        """Rendered before instead of after the constructors: the same where they only keep it."""
        self._check_files(name, value)
        if not _is_rendered(value):
            return
        if bad := uses.attributes - self.fields:
            raise Unfit("OP068", f"`{name}` is rendered, and kept as `{min(bad)}` as it was")
        if uses.others:
            raise Unfit("OP068", f"`{name}` is used before Airflow renders it (line {min(uses.others)})")
        if uses.or_else and not _never_empty(value):
            raise Unfit("OP068", f"`{name}` may be empty once it is rendered, which its __init__ asks before")

    def _check_unrendered(self, name: str, value: Value, uses: Uses) -> None:
        inside = list(walk(value))
        if any(isinstance(v, XCom) for v in inside) and name not in self.task.expand:
            raise Unfit("OP068", f"`{name}` is an XCom, and no template field")
        if any(isinstance(v, Template) for v in inside) and uses.others and self.fields:
            raise Unfit("OP068", f"`{name}` is a template, and what is made of it may be rendered")

    def _check_items(self, name: str) -> None:
        given = self.task.args.get(name)
        if given is not None and any(isinstance(v, Template) for v in walk(given)):
            raise Unfit("OP068", f"`{name}` is mapped over templates")
        if self.extensions and self.inits.uses(name).attributes & self.fields:
            raise Unfit("OP068", f"`{name}` may name a file with a template")

    def _check_files(self, name: str, value: Value) -> None:
        for part in walk(value):
            text = part.source if isinstance(part, Template) else getattr(part, "value", None)
            if isinstance(text, str) and self.extensions and text.endswith(self.extensions):
                raise Unfit("OP068", f"`{name}` names a file with a template")
            if (
                isinstance(part, Code)
                and self.extensions
                and not isinstance(self.scope.node_of(name), ast.JoinedStr)
            ):
                raise Unfit("OP068", f"`{name}` may name a file with a template")
            if isinstance(part, Code) and (JINJA.search(part.source) or READING.search(part.source)):
                raise Unfit("OP068", f"`{name}` may be a template: its text is not known")

    def _check_made(self) -> None:
        """Attributes that Airflow renders, and that are not just an argument."""
        for name in sorted(self.fields):
            for link, made in self.inits.made(name):
                if made is None or not self._is_argument(made):
                    self._check_value(name, made, link)
            found = self.of.attribute(name)
            if found and JINJA.search(found[0].source.segment(found[1])):
                raise Unfit("OP068", f"`{name}` is a template that is set in the class")

    def _is_argument(self, node: ast.expr) -> bool:
        parts = node.values[:1] if isinstance(node, ast.BoolOp) else [node]
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else parts
        return any(isinstance(part, ast.Name) for part in parts)

    def _check_value(self, field: str, made: ast.expr | None, link: Link) -> None:
        """A value that the constructors make is not rendered here: there must be nothing to render."""
        if made is None or JINJA.search(link.source.segment(made)):
            raise Unfit("OP068", f"its __init__ makes a template of `{field}`")
        if any(_is_rendered(value) for value in self.values.values()) and any(
            isinstance(n, ast.Name) for n in nodes_of(made)
        ):
            raise Unfit("OP068", f"its __init__ makes `{field}` of its arguments before Airflow renders it")

    # ------------------------------------------------------------------ defaults
    def _rendered_defaults(self, given: set[str]) -> Iterator[str]:
        """Defaults with a template, which Airflow renders like any value."""
        for name in sorted(self.inits.names - given - self.task.args.keys()):
            found = self.inits.default(name)
            uses = self.inits.uses(name)
            if not found or not uses.attributes & self.fields:
                continue
            link, node = found
            if JINJA.search(link.source.segment(node)):
                if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                    raise Unfit("OP068", f"the default of `{name}` is a template inside of a value")
                value = Template(node.value)
                self._check_rendered(name, value, uses)
                if text := self.scope.text_of(value, None):
                    yield f"{name}={text}"

    def constants(self) -> Mapping[str, object]:
        """Attributes of the object that are texts which the task gives, or numbers and the like."""
        found: dict[str, object] = {}
        for name in sorted(self.inits.names):
            for attribute in self.inits.uses(name).attributes:
                if name in self.task.expand or len(self.inits.made(attribute)) != 1:
                    continue
                value = self.values.get(name)
                if name in self.task.args:
                    if isinstance(value, Literal):
                        found[attribute] = value.value
                elif (default := self.inits.default(name)) and isinstance(default[1], ast.Constant):
                    found[attribute] = default[1].value
        changed = {n for _, m in self.of.defined if m.name != "__init__" for n, _ in stores(m)}
        return {name: value for name, value in found.items() if name not in changed}


def _is_rendered(value: Value) -> bool:
    """Whether it is another value once the task runs."""
    return any(isinstance(part, Template | XCom) for part in walk(value))


def _never_empty(value: Value) -> bool:
    """Whether it is as true after it has been rendered as before."""
    if isinstance(value, Sequence | Dictionary):
        return bool(value.items)
    if isinstance(value, Template):
        rest = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", value.source, flags=re.DOTALL)
        return (bool(rest.strip()) and "{%" not in value.source) or bool(FILLED.match(value.source))
    return not isinstance(value, XCom)


def _raw(value: Value) -> Value:
    """The same value, with texts that look like templates as plain texts."""
    if isinstance(value, Template):
        return Literal(value.source)
    if isinstance(value, Sequence):
        items = tuple(map(_raw, value.items))
        known = [v.value for v in items if isinstance(v, Literal)]
        return Literal(known) if len(known) == len(items) else Sequence(items)
    if isinstance(value, Dictionary):
        pairs = {key: _raw(item) for key, item in value.items.items()}
        constants = {key: item.value for key, item in pairs.items() if isinstance(item, Literal)}
        return Literal(constants) if len(constants) == len(pairs) else Dictionary(pairs)
    return value
