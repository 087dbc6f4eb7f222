"""`chain`, `chain_linear`, `cross_downstream` and `Label`."""

from migrator.scan.edges import lost, relate, shift
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call
from migrator.scan.registry import means
from migrator.scan.world import Label, Node

HOMES = (
    "airflow.models.baseoperator",
    "airflow.utils.helpers",
    "airflow.sdk",
    "airflow.sdk.bases.operator",
    "airflow.models",
)


def _names(function: str) -> list[str]:
    return [f"{home}.{function}" for home in HOMES]


@means(*_names("chain"))
def chain(run: Interpreter, call: Call) -> None:
    if call.unknown:
        lost(run, call.args, call.site)
        return
    for above, below in zip(call.args, call.args[1:], strict=False):
        if isinstance(above, Node):
            relate(run, above, below, False, call.site)
        elif isinstance(below, Node):
            relate(run, below, above, True, call.site)
        elif (
            isinstance(above, (list, tuple)) and isinstance(below, (list, tuple)) and len(above) == len(below)
        ):
            for one, other in zip(above, below, strict=True):
                shift(run, one, other, False, call.site)
        else:
            lost(run, [above, below], call.site)


@means(*_names("chain_linear"))
def chain_linear(run: Interpreter, call: Call) -> None:
    if call.unknown:
        lost(run, call.args, call.site)
        return
    for above, below in zip(call.args, call.args[1:], strict=False):
        for one in above if isinstance(above, (list, tuple)) else [above]:
            shift(run, one, below, False, call.site)


@means(*_names("cross_downstream"))
def cross_downstream(run: Interpreter, call: Call) -> None:
    above, below = call.first("from_tasks"), call.first("to_tasks", 1)
    if not isinstance(above, (list, tuple)):
        lost(run, [above, below], call.site)
        return
    for one in above:
        shift(run, one, below, False, call.site)


@means(
    "airflow.utils.edgemodifier.Label",
    "airflow.utils.edgemodifier.EdgeModifier",
    "airflow.sdk.Label",
    "airflow.sdk.definitions.edges.Label",
)
def label(run: Interpreter, call: Call) -> object:
    return Label()
