"""What a run is launched with: `params` and `dag_run.conf` → a Config class of the step that reads them.

Airflow's order holds: the DAG's params, then the task's, then what the run was given. `config.model_dump()` is all of
it, and without what was not given it is `dag_run.conf`.
"""

import ast
import keyword
import re
from collections.abc import Mapping
from dataclasses import field, replace

from migrator.convert.context import Expression
from migrator.ir import Code, Dag, Dictionary, Literal, Task, Value
from migrator.record import dataclass

TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
TYPES |= {"array": "list[Any]", "object": "dict[str, Any]"}
# Keywords of a JSON schema, and those of pydantic's Field.
LIMITS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}
SHOWN = frozenset(
    ("title", "description_md", "section", "examples", "values_display", "custom_html_form", "source")
)
FORMATS = {"date": "is_date", "date-time": "is_date_time"}
# The formats that Airflow checks: any other is about the form in which a param is asked for.
CHECKED = frozenset(
    """
    color date date-time duration email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference
    json-pointer regex relative-json-pointer time uri uri-reference uri-template uuid
    """.split()
)
TAKEN = frozenset(("copy", "dict", "json", "schema", "construct", "validate", "fields", "config"))
WHOLE, GIVEN = "config.model_dump()", "config.model_dump(exclude_unset=True)"


@dataclass(frozen=True)
class Field:
    """One field of a Config class; without a `default`, a run must be given it. All are source text."""

    name: str
    kind: str = "Any"
    default: str | None = None
    limits: tuple[str, ...] = ()
    values: tuple[str, ...] = ()  # of an enum
    check: str = ""  # the function of the runtime that checks its format

    def without_enum(self) -> "Field":
        """The same as a pattern: Dagster fills in the default of an enum, as if it had been given."""
        if not self.values:
            return self
        pattern = "|".join(re.escape(value).replace("\\ ", " ") for value in self.values)
        return replace(self, kind="str", limits=(f"pattern={f'^({pattern})$'!r}", *self.limits), values=())

    @property
    def text(self) -> str:
        """The line in the class."""
        if self.limits:
            given = [*([self.default] if self.default is not None else []), *self.limits]
            return f"{self.name}: {self.kind} = Field({', '.join(given)})"
        return f"{self.name}: {self.kind}" + (f" = {self.default}" if self.default is not None else "")

    @property
    def imports(self) -> set[str]:
        """What the line needs."""
        found = {f"from typing import {name}" for name in ("Any", "Literal") if f"{name}" in self.kind}
        if self.check:
            found |= {f"from ..runtime.formats import {self.check}", "from pydantic import field_validator"}
        return found | ({"from pydantic import Field"} if self.limits or self.values else set())


@dataclass
class Launch:
    """What one step reads of it. `problems`: the params that no field can stand for, by name."""

    declared: Mapping[str, Field]
    problems: Mapping[str, str]
    by_hand: bool = False
    read: bool = False
    open: bool = False  # takes what nobody declared
    typed: bool = (
        True  # keys of conf are fields; they cannot where all params are read, which do not have them
    )
    all_params: bool = False
    all_conf: bool = False
    own: dict[str, Field] = field(default_factory=dict)  # keys of conf that are no params

    def param(self, name: str) -> Expression | None:
        """`params["x"]`; None when there is no such field."""
        found = self.declared.get(name)
        if found is None:
            return None
        self.read = True
        return Expression(f"config.{name}", found.kind == "str")

    def params(self) -> Expression:
        """`params` as a whole."""
        self.read = self.open = self.all_params = True
        return Expression(WHOLE)

    def conf(self, name: str, default: str) -> Expression | None:
        """`dag_run.conf.get("x", default)`; None where only the whole has it."""
        return self._own(Field(name, "Any", default))

    def required(self, name: str) -> Expression | None:
        """`dag_run.conf["x"]` where the run surely reads it: a run that nobody launches by hand would fail."""
        return self._own(Field(name)) if self.by_hand else None

    def _own(self, wanted: Field) -> Expression | None:
        if (
            not self.typed
            or wanted.name in self.declared
            or wanted.name in self.problems
            or not is_field_name(wanted.name)
        ):
            return None
        if self.own.setdefault(wanted.name, wanted) != wanted:
            return None
        self.read = True
        return Expression(f"config.{wanted.name}")

    def given(self) -> Expression:
        """`dag_run.conf` as a whole."""
        self.read = self.open = self.all_conf = True
        return Expression(GIVEN)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those of the class."""
        return (*self.declared.values(), *self.own.values())

    @property
    def imports(self) -> set[str]:
        """What its class needs."""
        return {line for one in self.fields for line in one.imports} if self.read else set()


def launch(
    dag: Dag, task: Task, *, by_hand: bool, typed: bool, parameters: Mapping[str, Value] | None = None
) -> Launch:
    """What a step may read: the DAG's params, those of its function, and the task's before them."""
    declared: dict[str, Field] = {}
    problems: dict[str, str] = {}
    for value in (dag.args.get("params"), Dictionary(parameters or {}), task.args.get("params")):
        items = _items(value)
        if items is None:
            problems["params"] = "the params could not be worked out"
        for name, each in (items or {}).items():
            made = _field(name, each)
            declared.pop(name, None), problems.pop(name, None)
            if isinstance(made, Field):
                declared[name] = made
            else:
                problems[name] = made
    return Launch(declared, problems, by_hand, typed=typed)


def is_field_name(name: str) -> bool:
    """Whether pydantic takes it."""
    usual = name.isidentifier() and not keyword.iskeyword(name) and name not in TAKEN
    return usual and not name.startswith(("_", "model_"))


def _items(value: Value | None) -> Mapping[str, Value] | None:
    if value is None or value == Literal(None):
        return {}
    if isinstance(value, Dictionary):
        return value.items
    if isinstance(value, Literal) and isinstance(value.value, dict):
        return {str(name): Literal(each) for name, each in value.value.items()}
    return None


def _field(name: str, value: Value) -> Field | str:
    """The field of a param, or why there is none."""
    if not is_field_name(name):
        return f"{name!r} is no name for a field"
    if isinstance(value, Code):
        return _of_param(name, value.source)
    if not isinstance(value, Literal):
        return f"the default of {name!r} could not be worked out"
    return _of_default(name, value.value)


def _of_default(name: str, default: object, limits: tuple[str, ...] = ()) -> Field | str:
    """A param without a schema: its default says its type."""
    kinds = {bool: "bool", int: "int", float: "float", str: "str", list: "list[Any]", dict: "dict[str, Any]"}
    if default is not None and type(default) not in kinds:
        return f"the default of {name!r} is a {type(default).__name__}"
    return Field(name, kinds.get(type(default), "Any"), repr(default), limits)


def _of_param(name: str, source: str) -> Field | str:
    """`Param(5, type="integer", minimum=1)`."""
    try:
        call = ast.parse(source.strip(), mode="eval").body
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "Param"):
            return f"{name!r} is neither a constant nor a Param"
        given = {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
        given |= {first: ast.literal_eval(a) for first, a in zip(("default",), call.args, strict=False)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"the schema of {name!r} is not made of constants"
    text = given.pop("description", None)
    schema = {
        key: each
        for key, each in given.items()
        if (key not in SHOWN and each is not None) or key == "default"
    }
    format_ = schema.pop("format", None)
    check = FORMATS.get(str(format_), "")
    if format_ in CHECKED and not check:
        schema["format"] = format_
    about = (f"description={text!r}",) if isinstance(text, str) else ()
    if unknown := sorted(schema.keys() - {"default", "type", "enum", "items", *LIMITS}):
        return f"{name!r} is checked by {', '.join(unknown)}"
    made = _of_schema(name, schema, about)
    if not check or isinstance(made, str):
        return made
    texts = made.kind in ("str", "str | None")
    return replace(made, check=check) if texts else f"{name!r} is checked by format"


def _of_schema(name: str, schema: Mapping[str, object], about: tuple[str, ...]) -> Field | str:
    limits = tuple(f"{LIMITS[key]}={each!r}" for key, each in schema.items() if key in LIMITS)
    kind = _kind(schema)
    if kind is None or "(?" in str(schema.get("pattern", "")):
        return f"the schema of {name!r} has no native form"
    default = repr(schema["default"]) if "default" in schema else None
    if kind == "" and default is not None:
        return _of_default(name, schema["default"], (*limits, *about))
    values = tuple(map(str, schema["enum"])) if "enum" in schema else ()  # type: ignore[call-overload]  # a list of texts
    return Field(name, kind or "Any", default, (*limits, *about), values)


def _kind(schema: Mapping[str, object]) -> str | None:
    """The type; empty where the schema says none, None where there is none for it."""
    said = schema.get("type")
    types = [said] if isinstance(said, str) else list(said) if isinstance(said, (list, tuple)) else []
    optional = "null" in types
    types = [each for each in types if each != "null"]
    if "enum" in schema:
        values = schema["enum"]
        texts = isinstance(values, (list, tuple)) and all(isinstance(v, str) for v in values)
        if not texts or optional or types not in ([], ["string"]):
            return None
        return f"Literal[{', '.join(map(repr, values))}]"  # type: ignore[call-overload]  # a list of texts
    if not types:
        return "" if said is None and "items" not in schema else None
    if len(types) > 1 or types[0] not in TYPES:
        return None
    kind = TYPES[types[0]]
    if "items" in schema:
        items = schema["items"]
        if not (
            isinstance(items, dict)
            and set(items) == {"type"}
            and items["type"] in TYPES
            and types == ["array"]
        ):
            return None
        kind = f"list[{TYPES[items['type']]}]"
    return f"{kind} | None" if optional else kind


def class_text(name: str, base: str, fields: tuple[Field, ...], about: str) -> str:
    """The class of one or several steps."""
    body = "".join(f"\n    {each.text}" for each in fields)
    for check in sorted({each.check for each in fields} - {""}):
        names = ", ".join(f'"{each.name}"' for each in fields if each.check == check)
        body += f"\n    _{check} = field_validator({names})({check})"
    return f'class {name}({base}):\n    """{about}"""\n{body}'
