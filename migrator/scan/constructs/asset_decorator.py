"""`@asset` and `@asset.multi` of Airflow 3: a function that is an asset, a DAG and its one task."""

from migrator.scan.constructs.dag import new_dag
from migrator.scan.constructs.dataset import DatasetValue
from migrator.scan.constructs.operator import plain_text, register
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, UserFunction
from migrator.scan.registry import means
from migrator.scan.world import TaskState

OPERATOR = "airflow.sdk.definitions.asset.decorators._AssetMainOperator"
OF_ASSET = ("uri", "name", "group", "extra", "watchers", "outlets")


@means("airflow.sdk.asset", "airflow.sdk.asset.multi", "airflow.sdk.definitions.asset.decorators.asset")
def asset(run: Interpreter, call: Call) -> object:
    return Native("asset", lambda run, inner: _make(run, inner.first("f"), call))


def _make(run: Interpreter, function: object, call: Call) -> object:
    if not isinstance(function, UserFunction):
        return run.opaque(
            "an @asset of something that is not a function of this folder", call.site, wild=True
        )
    name = plain_text(call.kwargs.get("name")) or function.called
    at = Site(function.source, function.node)
    options = {k: v for k, v in call.kwargs.items() if k not in OF_ASSET}
    dag = new_dag(run, Call([], options, call.site, call.unknown, call.nodes), "asset", name, at)
    dag.doc, dag.function = function.doc, function
    run.world.registers(dag)
    task = TaskState(function.name, OPERATOR, at, None, dag.root, function=function)
    task.args = {k: v for k, v in call.kwargs.items() if k in OF_ASSET}
    register(run, task, dag, Call([], {}, at))
    uri = plain_text(call.kwargs.get("uri")) or name
    found = DatasetValue(uri, "Asset", "watchers" in call.kwargs, name if name != uri else None)
    run.world.assets.setdefault(name, found)
    return found
