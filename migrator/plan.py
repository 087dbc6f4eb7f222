"""The plan file, `migrate.yaml`: what people decide and no converter can know.

A plan is optional, and so is every entry. Unknown keys are errors, so that a typing mistake is not a silent default.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from migrator.errors import PlanError

NAME = "migrate.yaml"


class Entry(BaseModel):
    """What all parts of a plan share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskPlan(Entry):
    """What becomes of one task."""

    asset: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_.-]+$", description="Name of the asset; a noun such as raw_orders."
    )
    layer: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_]+$", description="Group of the asset, such as bronze, silver or gold."
    )
    description: str | None = None


class ComparePlan(Entry):
    """How the outputs of one DAG are compared."""

    keys: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Key columns by task id or output glob."
    )
    ignore_columns: tuple[str, ...] = ()
    ignore_tasks: tuple[str, ...] = ()
    tolerance: dict[str, float] = Field(default_factory=dict, description="Absolute tolerance by column.")


class DagPlan(Entry):
    """What becomes of one DAG."""

    level: Literal["asset", "job", "lift"] | None = None
    partitions: Literal["daily", "none"] | None = None
    tasks: dict[str, TaskPlan] = Field(default_factory=dict)
    outputs: tuple[str, ...] = Field(
        (), description="Globs of the files that the DAG writes, below the sandbox."
    )
    conf: dict[str, object] = Field(default_factory=dict, description="dag_run.conf for comparisons.")
    compare: ComparePlan = ComparePlan()


class SandboxPlan(Entry):
    """Where each side of a comparison runs. `{sandbox}` in an environment value is that side's own folder."""

    fixtures: str | None = Field(
        None, description="Folder that is copied into each sandbox, relative to the plan."
    )
    env: dict[str, str] = Field(default_factory=dict)
    variables: dict[str, str] = Field(
        default_factory=dict, description="Airflow Variables, as AIRFLOW_VAR_*."
    )


class Plan(Entry):
    """The whole file."""

    version: Literal[1] = 1
    dags: dict[str, DagPlan] = Field(default_factory=dict)
    sandbox: SandboxPlan = SandboxPlan()

    def dag(self, dag_id: str) -> DagPlan:
        """The entry of a DAG, or an empty one."""
        return self.dags.get(dag_id, DagPlan())


def read(path: Path | None) -> Plan:
    """The plan of a file; without a path, an empty plan. Raises PlanError with file and line."""
    if path is None:
        return Plan()
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        body = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"{path}: cannot be read: {error}") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlanError(f"{path}:{line}: {error.problem}") from error
    try:
        return Plan.model_validate(body or {})
    except ValidationError as error:
        told = [f"{path}:{_line(body, e['loc'])}: {_dotted(e['loc'])}: {e['msg']}" for e in error.errors()]
        raise PlanError("\n".join(told)) from error


def _dotted(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "the file"


def _line(body: object, loc: tuple[int | str, ...]) -> int:
    """The line of the innermost entry on the way that the parser has a position for."""
    line = 1
    for key in loc:
        marks = getattr(body, "lc", None)
        if marks is None or not marks.data or key not in marks.data:
            break
        line = marks.data[key][0] + 1
        body = body[key]  # type: ignore[index]  # a mapping or a list: it has marks
    return line
