"""Small pure functions of the standard library: copies, JSON, paths, itertools, functools, dataclasses."""

import itertools
import json

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.builtin import BUILTINS
from migrator.scan.evaluator.classes import AUTO, Instance, Property
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.outside import may_make_tasks
from migrator.scan.evaluator.statements import Suppress
from migrator.scan.evaluator.streams import Managed
from migrator.scan.evaluator.values import (
    Call,
    External,
    Native,
    Opaque,
    Partial,
    Site,
    Thing,
    UserClass,
    UserFunction,
)
from migrator.scan.evaluator.versions import PythonVersion
from migrator.scan.registry import VALUES, means

VALUES.update(
    {
        "typing.TYPE_CHECKING": False,
        "typing_extensions.TYPE_CHECKING": False,
        "os.sep": "/",
        "sys.version_info": PythonVersion(),
    }
)
for _name, _value in BUILTINS.items():
    VALUES[f"builtins.{_name}"] = _value
VALUES["six.string_types"] = BUILTINS["str"]


def _unknown(run: Interpreter, call: Call, why: str = "its arguments are not known") -> Opaque:
    return run.opaque(why, call.site)


@means("copy.copy")
def copy(run: Interpreter, call: Call) -> object:
    value = call.first("x")
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


@means("copy.deepcopy")
def deepcopy(run: Interpreter, call: Call) -> object:
    return _deep(run, call.first("x"))


def _deep(run: Interpreter, value: object, depth: int = 0) -> object:
    run.spend(1)
    if depth > bounds.NESTING:
        raise bounds.OutOfBudget("containers nested too deeply")
    if isinstance(value, list):
        return [_deep(run, v, depth + 1) for v in value]
    if isinstance(value, tuple):
        return tuple(_deep(run, v, depth + 1) for v in value)
    if isinstance(value, dict):
        return {k: _deep(run, v, depth + 1) for k, v in value.items()}
    return set(value) if isinstance(value, set) else value


@means("json.dumps")
def dumps(run: Interpreter, call: Call) -> object:
    if call.args and bounds.known(call.args[0]) and not set(call.kwargs) - {"sort_keys"}:
        try:
            return json.dumps(call.args[0], sort_keys=bool(call.kwargs.get("sort_keys")))
        except (TypeError, ValueError):
            pass
    return _unknown(run, call)


@means("textwrap.dedent", "inspect.cleandoc")
def dedent(run: Interpreter, call: Call) -> object:
    import textwrap

    text = call.first("text")
    return textwrap.dedent(text) if isinstance(text, str) else _unknown(run, call)


@means("itertools.chain")
def chain(run: Interpreter, call: Call) -> object:
    found = [run.items(a) for a in call.args]
    return _unknown(run, call) if any(f is None for f in found) else [v for f in found for v in f or ()]


@means("itertools.chain.from_iterable")
def from_iterable(run: Interpreter, call: Call) -> object:
    outer = run.items(call.first("iterable"))
    found = [run.items(a) for a in outer] if outer is not None else [None]
    return _unknown(run, call) if any(f is None for f in found) else [v for f in found for v in f or ()]


@means("itertools.product")
def product_(run: Interpreter, call: Call) -> object:
    times = call.kwargs.get("repeat", 1)
    found = [run.items(a) for a in call.args] * (times if isinstance(times, int) and 0 <= times < 20 else 0)
    known = [f for f in found if f is not None]
    size = 1
    for items in known:
        size *= len(items)
        run.spend(size)
    return _unknown(run, call) if len(known) < len(found) or not found else list(itertools.product(*known))


@means("itertools.pairwise", "more_itertools.pairwise")
def pairwise(run: Interpreter, call: Call) -> object:
    found = run.items(call.first("iterable"))
    return _unknown(run, call) if found is None else list(itertools.pairwise(found))


@means("functools.partial")
def partial(run: Interpreter, call: Call) -> object:
    return (
        Partial(call.args[0], call.args[1:], call.kwargs)
        if call.args and not call.unknown
        else _unknown(run, call)
    )


@means("functools.cached_property", "django.utils.functional.cached_property")
def cached_property(run: Interpreter, call: Call) -> object:
    function = call.first("func")
    return Property(function, kept=True) if isinstance(function, UserFunction) else _unknown(run, call)


@means("enum.auto")
def auto(run: Interpreter, call: Call) -> object:
    return AUTO


@means("enum.unique", "functools.total_ordering", "typing.runtime_checkable", "abc.abstractmethod")
def as_it_is(run: Interpreter, call: Call) -> object:
    return call.args[0] if call.args else _unknown(run, call)


@means("importlib.import_module", "builtins.__import__")
def import_module(run: Interpreter, call: Call) -> object:
    name = call.first("name")
    near = run.importer.loaded.get(call.site.source.path)
    if isinstance(name, str) and near is not None and not name.startswith(".") and len(call.args) == 1:
        return run.importer.module(run, name, near, call.site)
    may_make_tasks(run, "a module that is not known", call)
    return run.opaque("a module that is not known", call.site, wild=True)


@means("functools.reduce")
def reduce(run: Interpreter, call: Call) -> object:
    items = run.items(call.first("iterable", 1))
    if items is None or (not items and len(call.args) < 3):
        return _unknown(run, call)
    value = call.args[2] if len(call.args) > 2 else items.pop(0)
    for item in items:
        value = run.call(call.args[0], Call([value, item], {}, call.site))
    return value


@means(
    "functools.lru_cache",
    "functools.cache",
    "tenacity.retry",
    "retrying.retry",
    "retry.retry",
    "backoff.on_exception",
    "backoff.on_predicate",
    "typing.no_type_check",
    "typing.final",
    "typing.cast",
)
def unchanged(run: Interpreter, call: Call) -> object:
    """Decorators, with or without arguments, that leave a function as it is."""
    name = call.site.text().partition("(")[0].rpartition(".")[2]
    if name == "cast":
        return call.args[1] if len(call.args) == 2 else _unknown(run, call)
    if len(call.args) == 1 and not call.kwargs and isinstance(call.args[0], (UserFunction, UserClass)):
        return call.args[0]
    return Native(name, lambda run, call: call.first("function"))


@means("functools.wraps")
def wraps(run: Interpreter, call: Call) -> object:
    wrapped = call.first("wrapped")
    return Native("wraps", lambda run, inner: passed_off(inner.first("wrapper"), wrapped))


@means("functools.update_wrapper")
def update_wrapper(run: Interpreter, call: Call) -> object:
    return passed_off(call.first("wrapper"), call.first("wrapped", 1))


def passed_off(wrapper: object, wrapped: object) -> object:
    """The wrapper with the name of what it wraps, by which Airflow names a task, a group or a DAG."""
    if isinstance(wrapper, UserFunction):
        wrapper.wraps = wrapped if isinstance(wrapped, (UserFunction, External)) else None
    return wrapper


@means(
    "dataclasses.dataclass",
    "attr.s",
    "attr.define",
    "attrs.define",
    "attrs.frozen",
    "pydantic.dataclasses.dataclass",
)
def dataclass(run: Interpreter, call: Call) -> object:
    found = call.first("cls")
    if isinstance(found, UserClass):
        found.dataclass = True
        return found
    return Native("dataclass", dataclass)


@means("dataclasses.field")
def field(run: Interpreter, call: Call) -> object:
    if "default" in call.kwargs:
        return call.kwargs["default"]
    factory = call.kwargs.get("default_factory")
    return run.call(factory, Call([], {}, call.site)) if factory is not None else _unknown(run, call)


@means("contextlib.contextmanager")
def contextmanager(run: Interpreter, call: Call) -> object:
    function = call.first("func")
    if isinstance(function, UserFunction):
        function.manages = True
        return function
    return run.opaque("a context manager that is not known", call.site, wild=True)


@means("contextlib.nullcontext")
def nullcontext(run: Interpreter, call: Call) -> object:
    return Given(call.first("enter_result"))


@means("contextlib.suppress")
def suppress(run: Interpreter, call: Call) -> object:
    return Suppress(call.args, call.site)


@means("object.__setattr__")
def set_attribute(run: Interpreter, call: Call) -> object:
    owner, name, value = (*call.args, None, None, None)[:3]
    if isinstance(owner, Instance) and isinstance(name, str):
        owner.put(run, name, value, call.site)
    return None


@means("contextlib.ExitStack")
def exit_stack(run: Interpreter, call: Call) -> object:
    return Stack()


class Stack(Thing):
    """`ExitStack()`: leaves what was entered, in the reverse order."""

    def __init__(self) -> None:
        self.entered: list[Thing] = []

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`enter_context`."""
        return Native(name, self._enter) if name == "enter_context" else super().attribute(run, name, site)

    def _enter(self, run: Interpreter, call: Call) -> object:
        value = call.first("cm")
        if not isinstance(value, Thing) or isinstance(value, Managed):
            may_make_tasks(run, "a context manager on a stack", call)
            return run.opaque("a context manager on a stack", call.site)
        self.entered.append(value)
        return value.enter(run, call.site)

    def leave(self, run: Interpreter, site: Site) -> None:
        """The end of the block."""
        while self.entered:
            self.entered.pop().leave(run, site)


@means(
    "contextlib.redirect_stdout",
    "warnings.catch_warnings",
    "tempfile.TemporaryDirectory",
    "tempfile.NamedTemporaryFile",
    "time.perf_counter",
)
def context(run: Interpreter, call: Call) -> object:
    return _unknown(run, call, "a context manager")


class Given(Thing):
    """A context manager that does nothing but give a value."""

    def __init__(self, value: object) -> None:
        self.value = value

    def enter(self, run: Interpreter, site: Site) -> object:
        """The value."""
        return self.value


@means("collections.OrderedDict", "types.MappingProxyType")
def ordered(run: Interpreter, call: Call) -> object:
    return run.call(BUILTINS["dict"], call)


@means("collections.ChainMap")
def chain_map(run: Interpreter, call: Call) -> object:
    if all(isinstance(a, dict) for a in call.args):
        return {k: v for a in reversed(call.args) if isinstance(a, dict) for k, v in a.items()}
    return _unknown(run, call)


@means("types.SimpleNamespace")
def namespace(run: Interpreter, call: Call) -> object:
    return Namespace(dict(call.kwargs))


class Namespace(Thing):
    """`SimpleNamespace(...)`."""

    def __init__(self, names: dict[str, object]) -> None:
        self.names = names

    def attribute(self, run: Interpreter, name: str, site: object) -> object:
        """What was given."""
        return self.names.get(name, Opaque(f"attribute {name}"))


def is_callable(value: object) -> bool:
    """Functions, classes and imported names."""
    return isinstance(value, (UserFunction, UserClass, External, Partial))
