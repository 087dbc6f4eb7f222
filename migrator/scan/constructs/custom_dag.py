"""DAG classes that are not Airflow's own: subclasses in the scanned folder, and classes of packages."""

from collections.abc import Callable

from migrator.scan.boxes import DagState, GroupState
from migrator.scan.constructs.custom_operator import initialiser
from migrator.scan.constructs.dag import new_dag
from migrator.scan.constructs.task_group import CLASSES as GROUPS
from migrator.scan.constructs.task_group import arguments, new_group
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, External, Native, UserClass, UserFunction

AIRFLOWS = frozenset({"airflow.DAG", "airflow.models.DAG", "airflow.models.dag.DAG", "airflow.sdk.DAG"})


def is_dag_class(of: UserClass) -> bool:
    """Whether a user's class descends from Airflow's DAG."""
    return any(isinstance(base, External) and base.name in AIRFLOWS for base in of.outside())


def is_group_class(of: UserClass) -> bool:
    """Whether a user's class descends from Airflow's task group."""
    return any(isinstance(base, External) and base.name in GROUPS for base in of.outside())


def create_dag(run: Interpreter, of: UserClass, call: Call) -> object:
    """A DAG of a user's class: its `__init__` is read, which hands on to Airflow's and may add tasks by itself."""
    dag = DagState(None, call.site, of=of)

    def fill(run: Interpreter, handed: Call) -> None:
        kept = Call(handed.args, handed.kwargs, call.site, handed.unknown, call.nodes)
        new_dag(run, kept, "constructor", blank=dag)

    if not _made(run, dag, of, call, fill):
        return run.opaque(f"{of.name}, whose __init__ makes no DAG", call.site, wild=True)
    return dag


def create_group(run: Interpreter, of: UserClass, call: Call) -> object:
    """A task group of a user's class."""
    group = GroupState(None, run.world.current_dag() or DagState(None, call.site), of=of)
    found: list[object] = []

    def fill(run: Interpreter, handed: Call) -> None:
        found.append(new_group(run, arguments(handed), call.site, blank=group))

    if not _made(run, group, of, call, fill):
        return run.opaque(f"{of.name}, whose __init__ makes no group", call.site, wild=True)
    return found[0]


def _made(
    run: Interpreter,
    thing: DagState | GroupState,
    of: UserClass,
    call: Call,
    fill: Callable[[Interpreter, Call], None],
) -> bool:
    """Reads the `__init__`; whether it called that of Airflow's class."""
    done: list[bool] = []

    def once(run: Interpreter, handed: Call) -> None:
        if not done:
            done.append(True)
            fill(run, handed)

    init = of.find("__init__")
    if not isinstance(init, UserFunction):
        once(run, call)
        return True
    thing.base_init = Native("__init__", once)
    run.call(initialiser(thing, init), call)
    thing.base_init = None
    return bool(done)


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
