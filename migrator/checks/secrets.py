"""Is there a secret in the source? Its value is never shown."""

from collections.abc import Iterator, Mapping

from migrator.findings import Finding
from migrator.findings.redact import has_password, is_secret
from migrator.ir import Dictionary, Literal, Origin, Project, Value


def check(project: Project) -> Iterator[Finding]:
    """Texts given to arguments with a telling name, at any depth, and addresses with a password."""
    for dag in project.dags:
        yield from _among(dag.args, dag.origin, dag.dag_id, None)
        yield from _among(dag.default_args, dag.origin, dag.dag_id, None)
        for task in dag.tasks:
            own = {k: v for k, v in task.args.items() if k in task.own}
            yield from _among({**own, **task.keywords}, task.origin, dag.dag_id, task.task_id)


def _among(args: Mapping[str, Value], origin: Origin, dag_id: str, task_id: str | None) -> Iterator[Finding]:
    for name in sorted(_secrets(args)):
        yield Finding("EN004", f"argument {name} holds a secret", origin, dag_id, task_id)


def _secrets(args: Mapping[str, object], path: str = "", depth: int = 0) -> Iterator[str]:
    for name, value in args.items():
        here = f"{path}{name}"
        inner = (
            value.value
            if isinstance(value, Literal)
            else value.items
            if isinstance(value, Dictionary)
            else value
        )
        if isinstance(inner, str) and inner and (is_secret(name) or has_password(inner)):
            yield here
        elif isinstance(inner, Mapping) and depth < 10:
            yield from _secrets({str(k): v for k, v in inner.items()}, f"{here}.", depth + 1)
