"""DAG classes that are not Airflow's own: subclasses in the scanned folder, and classes of packages."""

from migrator.scan.constructs.custom_operator import Making
from migrator.scan.constructs.dag import new_dag
from migrator.scan.evaluator.functions import bind_arguments, run_body
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, External, UserClass, UserFunction

AIRFLOWS = frozenset({"airflow.DAG", "airflow.models.DAG", "airflow.models.dag.DAG", "airflow.sdk.DAG"})


def is_dag_class(of: UserClass) -> bool:
    """Whether a user's class descends from Airflow's DAG."""
    return any(isinstance(base, External) and base.name in AIRFLOWS for base in of.outside())


def create_dag(run: Interpreter, of: UserClass, call: Call) -> object:
    """A DAG of a user's class; its `__init__` is read for what it hands on, and may add tasks by itself."""
    init = of.find("__init__")
    if not isinstance(init, UserFunction):
        return new_dag(run, call, "constructor")
    making = Making(of)
    inner = Call([making, *call.args], call.kwargs, call.site, call.unknown, call.nodes)
    run_body(run, init, bind_arguments(run, init, inner), call.site)
    handed = making.handed
    if handed is None:
        return run.opaque(f"{of.name}, whose __init__ makes no DAG", call.site, wild=True)
    return new_dag(
        run, Call(handed.args, handed.kwargs, call.site, handed.unknown, call.nodes), "constructor"
    )


def is_foreign_dag(name: str, call: Call) -> bool:
    """Whether an imported class that was not read makes a DAG, as `DbtDag(dag_id=...)` of a package does."""
    return name.lower().endswith("dag") and "dag_id" in call.kwargs and "task_id" not in call.kwargs


def foreign_dag(run: Interpreter, name: str, call: Call) -> object:
    """A DAG of which only the class knows the tasks."""
    dag = new_dag(run, call, "constructor")
    run.world.doubtful(
        run, dag, "SC008", f"{name}, which is not part of the scanned folder, may add tasks", call.site
    )
    return dag
