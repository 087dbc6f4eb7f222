"""A finding: one thing in one place that a person should know."""

from migrator.findings.redact import redact
from migrator.findings.rule import SEVERITIES, Rule, rule
from migrator.ir import Origin
from migrator.record import dataclass

LONGEST = 400


@dataclass(frozen=True)
class Finding:
    """`message` says what was found here; what the code means in general stands in its rule."""

    code: str
    message: str
    origin: Origin
    dag_id: str | None = None
    task_id: str | None = None

    def __post_init__(self) -> None:
        """A message may quote source text: it is one line all the same, not a page of it, and has no secrets."""
        line = redact(" ".join(self.message.split()))
        object.__setattr__(self, "message", line if len(line) <= LONGEST else line[: LONGEST - 1] + "…")

    @property
    def rule(self) -> Rule:
        """What all findings of this code share."""
        return rule(self.code)

    @property
    def severity(self) -> str:
        """ "info", "warning" or "error"."""
        return self.rule.severity

    def reaches(self, severity: str) -> bool:
        """Whether it is at least as severe; "never" is reached by none."""
        return severity in SEVERITIES and SEVERITIES.index(self.severity) >= SEVERITIES.index(severity)

    def as_json(self) -> dict[str, object]:
        """The form of the scan report."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.origin.file,
            "line": self.origin.line,
            "column": self.origin.column,
            "dag_id": self.dag_id,
            "task_id": self.task_id,
            "message": self.message,
            "help": self.rule.help,
        }


def in_order(findings: list[Finding]) -> list[Finding]:
    """Sorted by place, then code, without repetitions: the same order on every machine."""
    unique = set(findings)
    return sorted(
        unique,
        key=lambda f: (
            (f.origin.file, f.origin.line, f.origin.column),
            (f.code, f.dag_id or "", f.task_id or "", f.message),
        ),
    )
