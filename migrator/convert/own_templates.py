"""The arguments of a user's operator: those in its template fields are rendered before it is made, no others.

A template field that is more than an argument is set once the object is made.
"""

import ast
import re
from collections.abc import Iterator, Mapping

from migrator.convert.items import each_of
from migrator.convert.own_class import OwnClass, stores
from migrator.convert.own_context import OwnBody
from migrator.convert.own_fields import names_of
from migrator.convert.own_init import JINJA, Inits, Unfit, Uses, is_known
from migrator.convert.registry import Args
from migrator.ir import (
    EXPAND_KWARGS,
    Code,
    Dictionary,
    Item,
    Literal,
    Sequence,
    Template,
    Unknown,
    Value,
    XCom,
    walk,
)

FILLED = re.compile(r"\{\{\s*(ds|ds_nodash|ts|ts_nodash|run_id|logical_date|data_interval_\w+)\b")
READING = re.compile(r"\b(open|read|read_text|load|loads|render|get_template)\(")


class Arguments:
    """For one task. `after`: the template fields that are set once the object is made."""

    def __init__(self, of: OwnClass, inits: Inits, scope: OwnBody) -> None:
        self.of, self.inits, self.scope, self.task = of, inits, scope, scope.task
        self.values = {n: v for n, v in scope.task.args.items() if n != "task_id" and inits.takes(n)}
        self.after: dict[str, Value] = {}
        self.fields = set(names_of(of, "template_fields"))
        self.extensions = tuple(names_of(of, "template_ext"))

    def texts(self, args: Args) -> Iterator[str]:
        """`table="orders"`, in the order in which the task has them."""
        self._look_at_fields()
        given = {n: args.take(n) for n in [*self.values] if n in args.left()}
        given |= self._of_dictionaries(args)
        for name, value in given.items():
            if value is not None and (text := self._text(name, value)) is not None:
                yield f"{name}={text}"
        yield from self._rendered_defaults(set(given))

    def set_after(self, local: str) -> list[str]:
        """`load.path = f"/data/{context.partition_key}"`."""
        texts = {name: self.scope.text_of(value, None) for name, value in sorted(self.after.items())}
        return [f"{local}.{name} = {text}" for name, text in texts.items() if text is not None]

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
        uses, node = self.inits.uses(name), self.scope.node_of(name)
        if isinstance(value, Item):
            self._check_items(name)
            return self.scope.text_of(value, None)
        rendered = uses.attributes & self.fields
        if rendered:
            self._check_files(name, value)
        else:
            self._check_unrendered(name, value)
        if rendered and not self._is_kept_only(name, value, uses):
            for field in rendered:
                self.after[field] = self._known(field, f"`{name}` is used before Airflow renders it")
        if rendered <= self.after.keys():
            return self.scope.unrendered(_raw(value), node)
        return self.scope.text_of(value, node)

    # ------------------------------------------------------------------ template fields
    def _look_at_fields(self) -> None:
        """Those that are more than an argument: what they are has to be known."""
        plain = {a for name in self.inits.names for a in self.inits.uses(name).attributes}
        for field in sorted(self.fields):
            made = self.inits.made(field)
            known = all(value is not None and is_known(value) for _, value in made)
            kept = field in plain and len(made) == 1
            if field in self.inits.touched or (made and not known and not kept):
                self.after[field] = self._known(field, f"its __init__ makes `{field}` of something")
            found = None if made else self.of.attribute(field)
            if found and JINJA.search(found[0].source.segment(found[1])):
                if not (isinstance(found[1], ast.Constant) and isinstance(found[1].value, str)):
                    raise Unfit("OP068", f"`{field}` is a template inside of a value, set in the class")
                self.after[field] = Template(found[1].value)
        self.after = {name: value for name, value in self.after.items() if _is_rendered(value)}

    def _known(self, field: str, why: str) -> Value:
        """What a field is before Airflow renders it."""
        value = self.task.rendered.get(field)
        if value is None or any(isinstance(part, (Code, Unknown)) for part in walk(value)):
            raise Unfit("OP068", f"{why}, and what that gives is not known")
        self._check_files(field, value)
        return value

    def _is_kept_only(self, name: str, value: Value, uses: Uses) -> bool:
        """Whether it may be rendered before the constructors instead of after them: they do no more than keep it."""
        if not _is_rendered(value):
            return True
        elsewhere = uses.attributes - self.fields or uses.others
        return not elsewhere and (not uses.or_else or _never_empty(value))

    # ------------------------------------------------------------------ checks
    def _check_unrendered(self, name: str, value: Value) -> None:
        if any(isinstance(v, XCom) for v in walk(value)) and name not in self.task.expand:
            raise Unfit("OP068", f"`{name}` is an XCom, and no template field")

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
            if isinstance(part, Code) and self.extensions:
                raise Unfit("OP068", f"`{name}` may name a file with a template")
            if isinstance(part, Code) and READING.search(part.source):
                raise Unfit("OP068", f"`{name}` may be a template: its text is not known")

    # ------------------------------------------------------------------ defaults
    def _rendered_defaults(self, given: set[str]) -> Iterator[str]:
        """Defaults with a template, which Airflow renders like any value."""
        for name in sorted(self.inits.names - given - self.task.args.keys()):
            found, uses = self.inits.default(name), self.inits.uses(name)
            fields = (uses.attributes & self.fields) - self.after.keys()
            if not found or not fields or not JINJA.search(found[0].source.segment(found[1])):
                continue
            if not (isinstance(found[1], ast.Constant) and isinstance(found[1].value, str)):
                raise Unfit("OP068", f"the default of `{name}` is a template inside of a value")
            value = Template(found[1].value)
            if not self._is_kept_only(name, value, uses):
                self.after |= {f: self._known(f, f"`{name}` is used before it is rendered") for f in fields}
            elif text := self.scope.text_of(value, None):
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
    inside = list(walk(value))
    assembled = any(isinstance(part, Code) and JINJA.search(part.source) for part in inside)
    return assembled or any(isinstance(part, (Template, XCom)) for part in inside)


def _never_empty(value: Value) -> bool:
    """Whether it is as true after it has been rendered as before."""
    if isinstance(value, (Sequence, Dictionary)):
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
