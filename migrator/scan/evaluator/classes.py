"""The users' classes: plain ones, dataclasses, enums, named tuples. Operators are left to `constructs`."""

import ast
import sys
from dataclasses import dataclass, field

from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.functions import bind_arguments, define, run_body
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Bound,
    Call,
    External,
    Opaque,
    Scope,
    Site,
    Thing,
    UserClass,
    UserFunction,
)

ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
TUPLES = {"typing.NamedTuple", "pydantic.BaseModel"}


@dataclass(eq=False)
class Instance(Thing):
    """An object of a user's class."""

    of: UserClass
    attributes: dict[str, object] = field(default_factory=dict)

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Its own attribute, or a method or attribute of its class."""
        if name in self.attributes:
            return self.attributes[name]
        found = self.of.find(name)
        if isinstance(found, Property):
            return found.function.call(run, Call([self], {}, site))
        if isinstance(found, ClassMethod):
            return Bound(self.of, found.function)
        if isinstance(found, StaticMethod):
            return found.function
        if isinstance(found, UserFunction):
            return Bound(self, found)
        if found is not None or name in self.of.names:
            return found
        if name == "__class__":
            return self.of
        return run.opaque(
            f"attribute {name!r} of an instance of {self.of.name}", site, wild=bool(self.of.outside())
        )

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """Under a doubt the attribute is no longer known."""
        doubtful = bool(run.doubts) and not bounds.same(self.attributes.get(name, run), value)
        self.attributes[name] = (
            run.opaque("set under a condition that is not known", site) if doubtful else value
        )

    def call(self, run: Interpreter, call: Call) -> object:
        """Its `__call__`."""
        return run.call(self.attribute(run, "__call__", call.site), call)

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """Its `__getitem__`."""
        return run.call(self.attribute(run, "__getitem__", site), Call([key], {}, site))

    def enter(self, run: Interpreter, site: Site) -> object:
        """Its `__enter__`."""
        return run.call(self.attribute(run, "__enter__", site), Call([], {}, site))

    def leave(self, run: Interpreter, site: Site) -> None:
        """Its `__exit__`."""
        run.call(self.attribute(run, "__exit__", site), Call([None, None, None], {}, site))

    def describe(self) -> str:
        """For messages."""
        return f"an instance of {self.of.name}"


@dataclass(eq=False)
class Member(Thing):
    """A member of an enum."""

    of: UserClass
    name: str
    value: object

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`.name`, `.value`, methods of the enum."""
        if name in ("name", "_name_"):
            return self.name
        if name in ("value", "_value_"):
            return self.value
        found = self.of.find(name)
        if isinstance(found, Property):
            return found.function.call(run, Call([self], {}, site))
        return Bound(self, found) if isinstance(found, UserFunction) else super().attribute(run, name, site)

    def plain(self) -> object:
        """What a `str` or `int` enum passes for."""
        return self.value

    def text(self) -> str | None:
        """Differs between Python versions for mixed enums."""
        mixed = any(isinstance(b, External) and b.name != "enum.Enum" for b in self.of.outside())
        return None if mixed else f"{self.of.name}.{self.name}"


@dataclass(eq=False)
class Property(Thing):
    """`@property`."""

    function: UserFunction


@dataclass(eq=False)
class ClassMethod(Thing):
    """`@classmethod`."""

    function: UserFunction


@dataclass(eq=False)
class StaticMethod(Thing):
    """`@staticmethod`."""

    function: UserFunction


@dataclass(eq=False)
class Super(Thing):
    """`super()` inside a method."""

    owner: object
    instance: object

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """The method of the next class; one of a class that was not read goes to the instance's own rules."""
        if not isinstance(self.owner, UserClass):
            return run.opaque("super() of a class that is not known", site)
        for owner in self.owner.line()[1:]:
            if name in owner.names:
                found = owner.names[name]
                return Bound(self.instance, found) if isinstance(found, UserFunction) else found
        if isinstance(self.instance, Thing) and name == "__init__":
            return getattr(self.instance, "base_init", run.opaque("the constructor of a base class", site))
        return run.opaque(f"{name} of a base class that is not read", site)


def define_class(run: Interpreter, node: ast.ClassDef, scope: Scope) -> object:
    """The value of a `class` statement."""
    source = scope.module.source
    names: dict[str, object] = {}
    inner = Scope(scope.module, names, scope, is_class=True)
    bases = tuple(run.evaluate(b, scope) for b in node.bases)
    run.execute(node.body, inner)
    fields = tuple(
        s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
    )
    value: object = UserClass(node.name, bases, names, source, node, fields)
    for member in names.values():
        function = member.function if isinstance(member, Property | ClassMethod | StaticMethod) else member
        if isinstance(function, UserFunction) and function.owner is None:
            function.owner = value if isinstance(value, UserClass) else None
    for decorator in reversed(node.decorator_list):
        value = run.call(run.evaluate(decorator, scope), Call([value], {}, Site(source, decorator)))
    return value


def _is(of: UserClass, names: set[str]) -> bool:
    return any(isinstance(b, External) and b.name in names for b in of.outside())


def members(of: UserClass) -> list[object] | None:
    """The members of an enum, in order; None for other classes."""
    if not _is(of, ENUMS):
        return None
    plain = {k: v for k, v in of.names.items() if not k.startswith("_") and not isinstance(v, Thing)}
    made = of.__dict__.setdefault("_members", {k: Member(of, k, v) for k, v in plain.items()})
    return list(made.values())


def class_attribute(run: Interpreter, of: UserClass, name: str, site: Site) -> object:
    """`Class.name`."""
    for member in members(of) or ():
        if isinstance(member, Member) and member.name == name:
            return member
    found = of.find(name)
    if isinstance(found, ClassMethod):
        return Bound(of, found.function)
    if isinstance(found, StaticMethod):
        return found.function
    if found is not None:
        return found
    if name == "__name__":
        return of.name
    from migrator.scan.constructs.custom_operator import class_method

    inherited = class_method(run, of, name, site)
    return (
        inherited if inherited is not None else run.opaque(f"{of.name}.{name}", site, wild=bool(of.outside()))
    )


def instantiate(run: Interpreter, of: UserClass, call: Call) -> object:
    """`Class(...)`."""
    from migrator.scan.constructs.custom_operator import create_custom, operator_base

    if (base := operator_base(of)) is not None:
        return create_custom(run, of, base, call)
    from migrator.scan.constructs.custom_dag import create_dag, is_dag_class

    if is_dag_class(of):
        return create_dag(run, of, call)
    if _is(of, ENUMS):
        wanted = call.first("value")
        found = [m for m in members(of) or () if isinstance(m, Member) and bounds.same(m.value, wanted)]
        return found[0] if found else run.opaque("a member of an enum", call.site)
    instance = Instance(of)
    init = of.find("__init__")
    with run.repeating():
        if isinstance(init, UserFunction):
            run_body(run, init, bind_arguments(run, init, _with(instance, call)), call.site)
        elif of.dataclass or _is(of, TUPLES):
            _fill(run, instance, call)
        elif any(isinstance(b, Opaque) or _may_do_anything(b) for b in of.outside()):
            from migrator.scan.evaluator.outside import may_make_tasks

            may_make_tasks(run, f"{of.name} of a base class that is not read", call)
    return instance


def _may_do_anything(base: External) -> bool:
    return base.name.partition(".")[0] not in {"airflow", "object", *sys.stdlib_module_names}


def _with(instance: Thing, call: Call) -> Call:
    return Call([instance, *call.args], call.kwargs, call.site, call.unknown, call.nodes)


def _fill(run: Interpreter, instance: Instance, call: Call) -> None:
    """The fields of a dataclass."""
    fields = [name for of in reversed(instance.of.line()) for name in of.fields]
    for name in fields:
        default = instance.of.find(name)
        missing = run.opaque(f"field {name} of {instance.of.name}", call.site) if default is None else default
        if call.unknown or (isinstance(default, Opaque) and name not in call.kwargs):
            missing = run.opaque(f"field {name} of {instance.of.name}", call.site)
        if name in instance.of.names and default is None:
            missing = None
        instance.attributes[name] = call.kwargs.get(name, missing)
    for name, value in zip(fields, call.args, strict=False):
        instance.attributes[name] = value
    after = instance.of.find("__post_init__")
    if isinstance(after, UserFunction):
        after.call(run, Call([instance], {}, call.site))


def method(kind: type[Thing], function: object) -> object:
    """`@property` and its like, applied to what follows."""
    return kind(function) if isinstance(function, UserFunction) else function  # type: ignore[call-arg]  # one of the three


__all__ = [
    "ClassMethod",
    "Instance",
    "Member",
    "Property",
    "StaticMethod",
    "define",
    "define_class",
    "instantiate",
    "method",
]
