"""A rule: the stable code of a kind of finding, and what a person should know about it."""

import importlib
import pkgutil
import re
from functools import cache

from migrator.record import dataclass

SEVERITIES = ("info", "warning", "error")
CODE = re.compile(r"^(SC|OP|TM|DP|CF|EN)\d{3}$")


@dataclass(frozen=True)
class Rule:
    """What is the same for all findings of one code. `help` says what to do; `before`/`after` show it in code.

    A code is never reused for another meaning.
    """

    code: str
    title: str
    severity: str
    help: str
    before: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        if not CODE.match(self.code) or self.severity not in SEVERITIES:
            raise ValueError(f"not a rule: {self.code} {self.severity}")


@cache
def rule(code: str) -> Rule:
    """The rule of a code; each lives in `migrator/findings/rules/<code>.py`. Raises KeyError for an unknown code."""
    try:
        module = importlib.import_module(f"migrator.findings.rules.{code.lower()}")
    except ModuleNotFoundError:
        raise KeyError(code) from None
    found: Rule = module.RULE
    if found.code != code:
        raise ValueError(f"{module.__name__} holds {found.code}")
    return found


def rules() -> list[Rule]:
    """All rules, by code."""
    package = importlib.import_module("migrator.findings.rules")
    return [
        rule(m.name.upper()) for m in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name)
    ]
