"""The users' classes: plain ones, dataclasses, enums, named tuples. Operators are left to `constructs`."""

import ast
import sys
from dataclasses import field

from migrator.record import dataclass
from migrator.scan.evaluator import bounds
from migrator.scan.evaluator.functions import bind_arguments, define, run_body
from migrator.scan.evaluator.instances import (
    NOTHING,
    ClassMethod,
    Instance,
    Property,
    StaticMethod,
    descends,
    member_of,
)
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import (
    Bound,
    Call,
    External,
    Native,
    Opaque,
    Scope,
    Site,
    Thing,
    UserClass,
    UserFunction,
)

AUTO = Opaque("enum.auto()")
ENUMS = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
TUPLES = {"typing.NamedTuple", "pydantic.BaseModel"}


@dataclass(eq=False)
class Member(Thing):
    """A member of an enum."""

    of: UserClass
    name: str
    value: object
    attributes: dict[str, object] = field(default_factory=dict)

    def assign(self, run: Interpreter, name: str, value: object, site: Site) -> None:
        """Set by the `__init__` of the enum."""
        if name in ("value", "_value_"):
            self.value = value
        else:
            self.attributes[name] = value

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`.name`, `.value`, methods of the enum."""
        if name in ("name", "_name_"):
            return self.name
        if name in ("value", "_value_"):
            return self.value
        if (found := member_of(run, self, self.of, self.attributes, name, site)) is not NOTHING:
            return found
        if isinstance(self.value, str) and descends(self.of, {"enum.StrEnum"}):
            return run.attribute(self.value, name, site)
        if isinstance(fallback := self.of.find("__getattr__"), UserFunction) and name[:1] != "_":
            return fallback.call(run, Call([self, name], {}, site))
        return super().attribute(run, name, site)

    def plain(self) -> object:
        """What a `str` or `int` enum passes for."""
        return self.value

    def text(self) -> str | None:
        """Differs between Python versions for mixed enums."""
        if isinstance(self.value, str) and descends(self.of, {"enum.StrEnum"}):
            return self.value
        mixed = any(isinstance(b, External) and b.name != "enum.Enum" for b in self.of.outside())
        return None if mixed else f"{self.of.name}.{self.name}"


@dataclass(eq=False)
class Super(Thing):
    """`super()` inside a method."""

    owner: object
    instance: object

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """The method of the next class; one of a class that was not read goes to the instance's own rules."""
        if not isinstance(self.owner, UserClass):
            return run.opaque("super() of a class that is not known", site)
        for owner in self._next():
            if name in owner.names:
                return self._bound(run, owner.names[name], site)
        if name == "__new__":
            return Native(name, self._new)
        if name == "__setattr__" and isinstance(self.instance, Instance):
            instance = self.instance
            return Native(name, lambda run, call: instance.put(run, str(call.args[0]), call.args[1], site))
        if name == "__init__":
            base = getattr(self.instance, "base_init", None)
            return base or Native(name, self._unread)
        if name == "__init_subclass__":
            return Native(name, lambda run, call: None)
        if isinstance(self.instance, Thing) and not isinstance(self.instance, Instance):
            return getattr(self.instance, "attribute")(run, name, site)  # noqa: B009
        return run.opaque(f"{name} of a base class that is not read", site)

    def _next(self) -> list[UserClass]:
        """The classes after this one, as the class of the instance orders them."""
        of = self.instance if isinstance(self.instance, UserClass) else getattr(self.instance, "of", None)
        assert isinstance(self.owner, UserClass)
        line = of.line() if isinstance(of, UserClass) else []
        line = line if self.owner in line else self.owner.line()
        return line[line.index(self.owner) + 1 :]

    def _new(self, run: Interpreter, call: Call) -> object:
        """`object.__new__(cls)`; for a metaclass, the class that is being made."""
        of = call.args[0] if call.args else None
        if run.making_class is not None and len(call.args) > 1:
            return run.making_class
        return (
            Instance(of, {}, run, call.site)
            if isinstance(of, UserClass)
            else run.opaque("an object", call.site)
        )

    def _bound(self, run: Interpreter, found: object, site: Site) -> object:
        """A member of a class above, for the instance at hand."""
        if isinstance(found, Property):
            return found.function.call(run, Call([self.instance], {}, site))
        if isinstance(found, ClassMethod):
            return Bound(self.instance, found.function)
        if isinstance(found, StaticMethod):
            return found.function
        if not isinstance(found, UserFunction):
            return found
        if isinstance(self.instance, Thing) and getattr(self.instance, "base_init", None) is not None:
            from migrator.scan.constructs.custom_operator import initialiser

            return initialiser(self.instance, found)
        return Bound(self.instance, found)

    def _unread(self, run: Interpreter, call: Call) -> None:
        """The constructor of a base that is not part of the scanned folder."""
        from migrator.scan.evaluator.outside import may_make_tasks

        if isinstance(self.instance, Instance) and any(
            isinstance(b, Opaque) or _may_do_anything(b) for b in self.instance.of.outside()
        ):
            may_make_tasks(run, f"a base class of {self.instance.of.name} that is not read", call)


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
        function = member.function if isinstance(member, (Property, ClassMethod, StaticMethod)) else member
        if isinstance(function, UserFunction) and function.owner is None:
            function.owner = value if isinstance(value, UserClass) else None
    if isinstance(value, UserClass):
        _tell_bases(run, value, node, scope)
        _initialise_members(run, value, Site(source, node))
    for decorator in reversed(node.decorator_list):
        value = run.call(run.evaluate(decorator, scope), Call([value], {}, Site(source, decorator)))
    return value


def _tell_bases(run: Interpreter, made: UserClass, node: ast.ClassDef, scope: Scope) -> None:
    """`__init_subclass__` of the nearest base that has one; a metaclass may do anything."""
    at = Site(made.source, node)
    options = {k.arg: run.evaluate(k.value, scope) for k in node.keywords if k.arg and k.arg != "metaclass"}
    for name, value in list(made.names.items()):
        if isinstance(value, Instance):
            value.special("__set_name__", made, name)
    for keyword in node.keywords:
        if keyword.arg == "metaclass":
            _tell_metaclass(run, run.evaluate(keyword.value, scope), made, at)
    for base in made.line()[1:]:
        found = base.names.get("__init_subclass__")
        function = found.function if isinstance(found, ClassMethod) else found
        if isinstance(function, UserFunction):
            function.call(run, Call([made], dict(options), at))
            return


def _tell_metaclass(run: Interpreter, meta: object, made: UserClass, at: Site) -> None:
    """`__new__` and `__init__` of a metaclass of the scanned folder."""
    if not isinstance(meta, UserClass):
        return
    before, run.making_class = run.making_class, made
    bases = tuple(b for b in made.bases)
    try:
        for name, first in (("__new__", meta), ("__init__", made)):
            if isinstance(found := meta.find(name), UserFunction):
                found.call(run, Call([first, made.name, bases, made.names], {}, at))
    finally:
        run.making_class = before


def members(of: UserClass) -> list[object] | None:
    """The members of an enum, in order; None for other classes."""
    if not descends(of, ENUMS):
        return None
    made: dict[str, Member] | None = of.__dict__.get("_members")
    if made is None:
        made = of.__dict__["_members"] = {}
        last: object = 0
        for name, value in of.names.items():
            if not name.startswith("_") and (value is AUTO or not isinstance(value, Thing)):
                last = _automatic(of, name, last) if value is AUTO else value
                made[name] = Member(of, name, last)
    return list(made.values())


def _automatic(of: UserClass, name: str, last: object) -> object:
    if descends(of, {"enum.StrEnum"}):
        return name.lower()
    flag = descends(of, {"enum.Flag", "enum.IntFlag"})
    return Opaque("enum.auto") if not isinstance(last, int) else (last * 2 or 1) if flag else last + 1


def _initialise_members(run: Interpreter, of: UserClass, at: Site) -> None:
    """An enum whose members are made by an `__init__` of its own."""
    init = of.find("__init__")
    for member in (members(of) or ()) if isinstance(init, UserFunction) else ():
        if isinstance(member, Member) and isinstance(init, UserFunction):
            given = list(member.value) if isinstance(member.value, tuple) else [member.value]
            init.call(run, Call([member, *given], {}, at))


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
    if found is not None or any(name in c.names for c in of.line()):
        return found
    if name in ("__name__", "__qualname__"):
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
    from migrator.scan.constructs.custom_dag import create_dag, create_group, is_dag_class, is_group_class

    if is_dag_class(of):
        return create_dag(run, of, call)
    if is_group_class(of):
        return create_group(run, of, call)
    if descends(of, ENUMS):
        wanted = call.first("value")
        found = [m for m in members(of) or () if isinstance(m, Member) and bounds.same(m.value, wanted)]
        return found[0] if found else run.opaque("a member of an enum", call.site)
    instance = Instance(of, {}, run, call.site)
    if isinstance(new := of.find("__new__"), UserFunction):
        made = new.call(run, Call([of, *call.args], call.kwargs, call.site, call.unknown))
        if not isinstance(made, Instance) or made.of is not of:
            return made
        instance = made
    init = of.find("__init__")
    with run.repeating():
        if isinstance(init, UserFunction):
            run_body(run, init, bind_arguments(run, init, _with(instance, call)), call.site)
        elif of.dataclass or descends(of, TUPLES):
            _fill(run, instance, call)
        elif any(isinstance(b, Opaque) or _may_do_anything(b) for b in of.outside()):
            from migrator.scan.evaluator.outside import may_make_tasks

            may_make_tasks(run, f"{of.name} of a base class that is not read", call)
    instance.made = None if call.unknown else call
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
