"""What a shell command must not read: Airflow sets variables for its commands, and nothing sets them here."""

from typing import TYPE_CHECKING

from migrator.ir import Code, Dictionary, Literal, Template, walk

if TYPE_CHECKING:
    from migrator.convert.scope import Scope


def reads_context(scope: "Scope") -> bool:
    """Whether the command reads a variable that Airflow sets for it, after noting that as a problem."""
    parts = [
        part
        for name in ("bash_command", "env")
        if name in scope.task.args
        for part in walk(scope.task.args[name])
    ]
    if not any("AIRFLOW_CTX_" in _text(part) for part in parts):
        return False
    scope.refuse("OP053", "the command reads AIRFLOW_CTX_..., which Airflow sets for it")
    return True


def _text(part: object) -> str:
    if isinstance(part, Code | Template):
        return part.source
    return str(part.value) if isinstance(part, Literal) and not isinstance(part, Dictionary) else ""
