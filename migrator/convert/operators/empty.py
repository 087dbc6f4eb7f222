"""EmptyOperator has no work: it is contracted, or stays as a step without a body where it saves edges."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(name="nothing to do", before='EmptyOperator(task_id="start")', after="pass"),
    Example(
        name="an argument without a counterpart is reported",
        before='EmptyOperator(task_id="start", executor="LocalExecutor")',
        after="pass",
        findings=("OP040",),
    ),
]


@translates(
    "airflow.operators.empty.EmptyOperator",
    "airflow.operators.dummy.DummyOperator",
    "airflow.operators.dummy_operator.DummyOperator",
    "airflow.providers.standard.operators.empty.EmptyOperator",
    "airflow.operators.smooth.SmoothOperator",
    "airflow.providers.standard.operators.smooth.SmoothOperator",
)
def empty(args: Args, scope: "Scope") -> Fragment | None:
    """No argument of its own."""
    return Fragment(("pass",), empty=True)
