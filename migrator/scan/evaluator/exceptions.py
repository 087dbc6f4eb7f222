"""Exceptions of the code that is read: what is raised, and which `except` catches it."""

import builtins

from migrator.record import dataclass
from migrator.scan.evaluator.classes import Instance
from migrator.scan.evaluator.interpreter import Interpreter, Raised
from migrator.scan.evaluator.text import as_text
from migrator.scan.evaluator.values import Call, External, Native, Opaque, Site, Thing, UserClass


@dataclass(eq=False)
class Failure(Thing):
    """An exception with its message."""

    kind: object
    message: str

    def text(self) -> str | None:
        """`str(error)`."""
        return self.message or None

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """Methods without a meaning here; its parts are not known."""
        if name in ("with_traceback", "add_note"):
            return Native(name, lambda run, call: self)
        return super().attribute(run, name, site)


def made(kind: External, call: Call) -> Failure:
    """`ValueError("text")`."""
    return Failure(kind, (as_text(call.args[0]) if len(call.args) == 1 else None) or "")


def kind_of(error: object) -> object:
    """The class of what `raise` was given."""
    if isinstance(error, Failure):
        return error.kind
    return error.of if isinstance(error, Instance) else error


def message_of(error: object) -> str:
    """Its text, as far as it is known."""
    return error.message if isinstance(error, Failure) else ""


def catches(wanted: object, raised: Raised) -> bool | None:
    """Whether `except wanted` catches it; None where that is not known."""
    if isinstance(wanted, (tuple, list)):
        said = [catches(w, raised) for w in wanted]
        return True if True in said else None if None in said else False
    names = _line(raised.kind)
    if names is None or not isinstance(wanted, (External, UserClass)):
        everything = isinstance(wanted, External) and wanted.name.endswith((".Exception", ".BaseException"))
        return True if everything else None
    if isinstance(wanted, UserClass):
        return isinstance(raised.kind, UserClass) and wanted in raised.kind.line()
    return wanted.name in names or None if _foreign(wanted) else wanted.name in names


def _foreign(kind: External) -> bool:
    return not isinstance(getattr(builtins, kind.name.removeprefix("builtins."), None), type)


def _line(kind: object) -> set[str] | None:
    """The names of an exception class and those above it; None where one of them is not known."""
    if isinstance(kind, UserClass):
        above = [_line(b) if isinstance(b, External) else None for b in kind.outside()]
        return None if not above or None in above else set().union(*(a for a in above if a))
    if isinstance(kind, Opaque) or not isinstance(kind, External):
        return None
    found = getattr(builtins, kind.name.removeprefix("builtins."), None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return {f"builtins.{c.__name__}" for c in found.__mro__} | {kind.name}
    # An exception of a package: Airflow's descend from Exception and nothing else that files catch.
    return (
        {kind.name, "builtins.Exception", "builtins.BaseException"}
        if kind.name.startswith("airflow.")
        else None
    )
