"""What a DAG needs to find where it runs: names, never values."""

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from migrator.findings import Finding
from migrator.findings.redact import redact
from migrator.record import dataclass

Json = dict[str, Any]
LONGEST = 250  # characters of a name
NAMES = ("variables", "connections", "pools", "packages", "files", "environment")


@dataclass(frozen=True)
class Inventory:
    """The needs of one DAG. `default_connections` are those that no argument names: the operator's own default.

    `findings`: what is needed, but under a name that is only known at run time.
    """

    variables: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    default_connections: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    templates: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> Json:
        """The form of the scan report."""
        return {
            "variables": list(self.variables),
            "connections": list(self.connections),
            "default_connections": list(self.default_connections),
            "pools": list(self.pools),
            "datasets": {"produces": list(self.produces), "consumes": list(self.consumes)},
            "packages": list(self.packages),
            "files": list(self.files),
            "environment": list(self.environment),
            "templates": dict(self.templates),
        }


@dataclass(frozen=True)
class Need:
    """One thing that is needed. `kind` is a field of `Inventory`."""

    kind: str
    name: str


@dataclass(frozen=True)
class Unnamed:
    """Something is needed, and its name is not known: a finding of this code."""

    code: str
    message: str


@dataclass(frozen=True)
class Link:
    """One DAG that another waits for ("waits_for": the other runs first) or starts ("triggers": it runs after).

    `dag_id` is the other DAG; None when it is only known at run time.
    """

    kind: str
    dag_id: str | None
    task_id: str
    line: int

    def as_json(self) -> Json:
        """The form of the scan report."""
        return {"kind": self.kind, "dag_id": self.dag_id, "task_id": self.task_id, "line": self.line}


@lru_cache(maxsize=4096)
def shown(name: str) -> str:
    """A name as it may be printed: one line, not a page, without passwords."""
    line = redact(" ".join(name.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
