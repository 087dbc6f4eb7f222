"""A template that stays one: the call that renders it, with each name that it reads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace

from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.meta import find_undeclared_variables

from migrator.convert.context import (
    DATETIMES,
    FORMATS,
    GONE_IN_3,
    OF_PARTITIONS,
    TASK_INSTANCE,
    Expression,
    as_pendulum,
    expression,
    moment,
    reads_context,
)
from migrator.convert.launch import Launch
from migrator.convert.starts import Timing
from migrator.convert.substitution import (
    DATE_PARTS,
    OTHERS_OF_DATES,
    TEXTS_OF_DATES,
    NotTranslated,
    pulled,
)
from migrator.record import dataclass

KNOWN = Environment()
OWN_FILTERS = frozenset({*FORMATS, "ts"})
MACROS = frozenset(("ds_add", "ds_format", "datetime", "timedelta", "dateutil", "time", "uuid", "random"))
ELSEWHERE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
ASKS_ONLY_IF = (nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.If)


@dataclass
class Scope:
    """What a template may refer to. `pull` answers with the Python name for another task's XCom."""

    timing: Timing
    pull: Callable[[str, str], str]
    constants: Mapping[str, str] = field(default_factory=dict)  # such as `dag.dag_id`
    launch: Launch = field(default_factory=lambda: Launch({}, {}))
    macros: Mapping[str, Expression] = field(default_factory=dict)  # the DAG's own
    filters: Mapping[str, str] = field(default_factory=dict)  # likewise: Python by name
    native: bool = False  # values, not texts
    imports: set[str] = field(default_factory=set)
    environment: set[str] = field(default_factory=set)  # variables that have to be set
    dated: bool = False
    context: bool = False

    def use(self, found: Expression) -> str:
        """Note what an expression needs, and give its text."""
        self.imports.update(found.imports)
        self.dated |= found.dated
        self.context |= reads_context(found.text)
        return found.text

    def copy(self) -> "Scope":
        """One to try with: what is asked of it leaves no trace."""
        launch = replace(self.launch, own=dict(self.launch.own))
        names: dict[tuple[str, str], str] = {}

        def pull(task_id: str, key: str) -> str:
            return names.setdefault((task_id, key), f"x{len(names)}")

        return replace(self, launch=launch, pull=pull, imports=set(), environment=set())


@dataclass(frozen=True)
class _Use:
    """One place where a name is read: the attributes that are asked of it, and what stands around all that."""

    attributes: tuple[str, ...]
    node: nodes.Node  # the whole `a.b.c`
    around: tuple[nodes.Node, ...]  # innermost first


def template_call(template: str, tree: nodes.Template, scope: Scope) -> str:
    """`render("...", ds=..., params=...)`. Raises NotTranslated."""
    _check(tree, scope)
    tree.set_environment(_with_filters(scope))
    function = "render_native" if scope.native else "render"
    scope.imports.add(f"from ..runtime.templates import {function}")
    uses: dict[str, list[_Use]] = {}
    for use_of, use in _uses(tree, ()):
        uses.setdefault(use_of, []).append(use)
    for use in uses.pop("macros", []):
        if not use.attributes or use.attributes[0] not in MACROS:
            raise NotTranslated(f"{{{{ {'.'.join(('macros', *use.attributes))} }}}}")
    wanted = sorted(find_undeclared_variables(tree) - DEFAULT_NAMESPACE.keys() - {"macros"})
    given = [f"{name}={scope.use(_value(name, uses.get(name, []), scope))}" for name in wanted]
    if used := sorted({f.name for f in tree.find_all(nodes.Filter)} & scope.filters.keys()):
        given.insert(0, "{" + ", ".join(f"{name!r}: {scope.filters[name]}" for name in used) + "}")
    return f"{function}({', '.join([_quoted(template), *given])})"


def _with_filters(scope: Scope) -> Environment:
    """For jinja2's own analysis, which has to know each filter."""
    found = Environment()
    found.filters.update(dict.fromkeys({*OWN_FILTERS, *scope.filters}, str))
    return found


def _quoted(text: str) -> str:
    if "\n" in text and '"""' not in text and "\\" not in text and "\r" not in text and text[-1] != '"':
        return f'"""{text}"""'
    return repr(text)


def _check(tree: nodes.Template, scope: Scope) -> None:
    """What the new project's templates do not have."""
    for node in tree.find_all(nodes.Node):
        if isinstance(node, ELSEWHERE):
            raise NotTranslated(f"{{% {type(node).__name__.lower()} %}}")
        if isinstance(node, nodes.Filter) and node.name not in {
            *KNOWN.filters,
            *OWN_FILTERS,
            *scope.filters,
        }:
            raise NotTranslated(f"the filter {node.name}")
        if isinstance(node, nodes.Test) and node.name not in KNOWN.tests:
            raise NotTranslated(f"the test {node.name}")


def _uses(node: nodes.Node, around: tuple[nodes.Node, ...]) -> Iterator[tuple[str, _Use]]:
    """Every name that is read, with what is asked of it."""
    attributes: list[str] = []
    base: nodes.Node = node
    while isinstance(base, (nodes.Getattr, nodes.Getitem)):
        if isinstance(base, nodes.Getitem):
            constant = isinstance(base.arg, nodes.Const) and isinstance(base.arg.value, str)
            if not constant:
                attributes.clear()
                yield from _uses(base.arg, (base, *around))
            else:
                attributes.append(str(base.arg.value))  # type: ignore[attr-defined]  # a constant
        else:
            attributes.append(base.attr)
        base = base.node
    if isinstance(base, nodes.Name):
        if base.ctx == "load":
            yield base.name, _Use(tuple(reversed(attributes)), node, around)
        return
    for child in base.iter_child_nodes():
        yield from _uses(child, (base, *around))


# ---------------------------------------------------------------------- the value of a name
def _value(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """What a name gets. Raises NotTranslated."""
    if name in scope.macros:
        return scope.macros[name]
    if scope.timing.airflow3 and name in GONE_IN_3:
        raise NotTranslated(f"{{{{ {name} }}}}")
    if name in DATETIMES or (found := expression(name, scope.timing)) is None:
        rule = OBJECTS.get(name)
        if name in DATETIMES:
            return _moment(name, uses, scope)
        if rule is None:
            raise NotTranslated(f"{{{{ {name} }}}}")
        return rule(name, uses, scope)
    return as_pendulum(found) if name.endswith("execution_date") else found


def _moment(name: str, uses: list[_Use], scope: Scope) -> Expression:
    found = moment(name, scope.timing)
    return found if all(_plain(use) for use in uses) else as_pendulum(found)


def _plain(use: _Use) -> bool:
    """Whether a plain datetime does."""
    if not use.attributes:
        return (
            bool(use.around) and isinstance(use.around[0], nodes.Filter) and use.around[0].name in OWN_FILTERS
        )
    return use.attributes[0] in DATE_PARTS | TEXTS_OF_DATES | OTHERS_OF_DATES


def _params(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """The params that are read; all where that is not known."""
    keys = sorted({use.attributes[0] for use in uses if use.attributes})
    fields = {key: scope.launch.param(key) for key in keys if key in scope.launch.declared}
    if all(use.attributes for use in uses) and len(fields) == len(keys):
        return _dict({key: value.text for key, value in fields.items() if value})
    return scope.launch.params()


def _dag_run(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """The parts of the DAG run that are read."""
    found: dict[str, Expression] = {}
    for use in uses:
        if not use.attributes:
            if use.around and isinstance(use.around[0], ASKS_ONLY_IF):
                continue
            raise NotTranslated("{{ dag_run }}")
        part = use.attributes[0]
        if part == "conf":
            found[part] = scope.launch.given()
        elif part in DATETIMES:
            found[part] = as_pendulum(moment(part, scope.timing))
        elif part in ("run_id", *OF_PARTITIONS) and (known := expression(part, scope.timing)):
            found[part] = known
        else:
            found[part] = _constant(name, part, scope)
    return _with_parts(found, scope)


def _constant(name: str, part: str, scope: Scope) -> Expression:
    text = scope.constants.get(f"{name}.{part}")
    if text is None:
        raise NotTranslated(f"{{{{ {name}.{part} }}}}")
    return Expression(repr(text), True)


def _known_parts(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """The parts of the DAG or task that are read, which are the same in every run."""
    found = {}
    for use in uses:
        if not use.attributes:
            raise NotTranslated(f"{{{{ {name} }}}}")
        found[use.attributes[0]] = _constant(name, use.attributes[0], scope)
    return _with_parts(found, scope)


def _instance(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """The task instance: XComs that it pulls, and its names."""
    parts, known = {}, {}
    for use in uses:
        part = use.attributes[0] if use.attributes else ""
        if part == "xcom_pull":
            asked = pulled(use.around[0]) if use.around else None
            if asked is None or len(use.attributes) > 1:
                raise NotTranslated("{{ ti.xcom_pull(...) }}")
            for task_id in [asked[0]] if isinstance(asked[0], str) else asked[0]:
                known[task_id, asked[1]] = scope.pull(task_id, asked[1])
        elif part in ("run_id", "try_number") and (found := expression(part, scope.timing)):
            parts[part] = found
        elif part:
            parts[part] = _constant(name, part, scope)
        else:
            raise NotTranslated(f"{{{{ {name} }}}}")
    if not known:
        return _with_parts(parts, scope)
    scope.imports.add("from ..runtime.templates import XComs")
    xcoms = "{" + ", ".join(f"{key!r}: {value}" for key, value in known.items()) + "}"
    rest = "".join(f", {part}={scope.use(each)}" for part, each in parts.items())
    return Expression(f"XComs({xcoms}{rest})")


def _environment(name: str, uses: list[_Use], scope: Scope) -> Expression:
    """Variables and connections."""
    at = 1 if name == "var" else 0
    for use in uses:
        key = use.attributes[at] if len(use.attributes) > at else ""
        if not key or (name == "var" and use.attributes[0] not in ("value", "json")):
            raise NotTranslated(f"{{{{ {name} }}}}")
        if key == "get":
            call = use.around[0] if use.around else None
            first = call.args[0] if isinstance(call, nodes.Call) and call.args else None
            if not (isinstance(first, nodes.Const) and isinstance(first.value, str)):
                raise NotTranslated(f"{{{{ {name}.get(...) }}}}")
            key = first.value
        scope.environment.add(f"AIRFLOW_{name.upper()}_{key.upper()}")
    return Expression(name, imports=(f"from ..runtime.connections import {name}",))


OBJECTS: Mapping[str, Callable[[str, list[_Use], Scope], Expression]] = {
    "params": _params,
    "dag_run": _dag_run,
    "dag": _known_parts,
    "task": _known_parts,
    **dict.fromkeys(TASK_INSTANCE, _instance),
    "var": _environment,
    "conn": _environment,
}


def _with_parts(parts: Mapping[str, Expression], scope: Scope) -> Expression:
    return _dict({name: scope.use(value) for name, value in parts.items()})


def _dict(items: Mapping[str, str]) -> Expression:
    return Expression("{" + ", ".join(f"{key!r}: {value}" for key, value in items.items()) + "}")
