"""`DAG(...)`, `with DAG(...)` and `@dag`."""

from collections.abc import Mapping

from migrator.scan.constructs.operator import plain_text
from migrator.scan.evaluator.functions import bind_arguments, run_body
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Opaque, Site, Thing, UserFunction
from migrator.scan.registry import means
from migrator.scan.world import DagState

POSITIONAL = ("dag_id", "description", "schedule", "schedule_interval", "timetable", "start_date", "end_date")


def new_dag(
    run: Interpreter,
    call: Call,
    form: str,
    default_id: str | None = None,
    at: Site | None = None,
    blank: DagState | None = None,
) -> DagState:
    """A DAG of these arguments."""
    args = {**dict(zip(POSITIONAL, call.args, strict=False)), **call.kwargs}
    named = args.pop("dag_id", default_id)
    dag_id = plain_text(named)
    site = at or call.site
    dag = blank or DagState(dag_id, site, form)
    dag.dag_id, dag.named = dag_id, named
    defaults = args.pop("default_args", None)
    dag.default_args = dict(defaults) if isinstance(defaults, dict) else {}
    if isinstance(defaults, Opaque):
        run.report("SC015", f"default_args: {defaults.why}", call.site, dag_id)
    if isinstance(defaults, dict) and any(isinstance(k, Opaque) for k in defaults):
        run.report("SC015", "default_args: some of them are not known", call.site, dag_id)
    if dag_id is None:
        run.report("SC010", "the id of the DAG cannot be worked out", call.site)
    if call.unknown:
        run.report("SC015", call.unknown, call.site, dag_id)
    dag.args, dag.nodes = args, dict(call.nodes)
    dag.home = run.importer.loading[-1]
    dag.top = run.world.top.line if run.world.top else 1
    run.world.dags.append(dag)
    if (run.doubts or run.world.tampered) and dag_id is not None:
        run.world.check_doubt(run, dag)
    run.world.made_at(run, dag, site)
    dag.factory = dag.factory or bool(run.repeats)
    return dag


@means(
    "airflow.DAG",
    "airflow.models.DAG",
    "airflow.models.dag.DAG",
    "airflow.sdk.DAG",
    "airflow.sdk.definitions.dag.DAG",
)
def dag_call(run: Interpreter, call: Call) -> object:
    return new_dag(run, call, "constructor")


class Parameter(Thing):
    """A parameter of a `@dag` function: its value is chosen when a run is started."""

    def __init__(self, name: str, default: object) -> None:
        self.name, self.default = name, default

    def text(self) -> str:
        """What Airflow renders."""
        return f"{{{{ params.{self.name} }}}}"

    def items(self) -> list[object] | None:
        """Not before a run."""
        return None

    def describe(self) -> str:
        """For messages."""
        return f"parameter {self.name} of the DAG"


class DagFunction(Thing):
    """A function with `@dag`: it makes a DAG when it is called, and none otherwise."""

    def __init__(self, function: UserFunction, options: Mapping[str, object], call: Call) -> None:
        self.function, self.options, self.decorated = function, dict(options), call

    def call(self, run: Interpreter, call: Call) -> object:
        """The DAG, with what the function's body makes inside it."""
        node = self.function.node
        at = Site(self.function.source, node)
        options = Call([], self.options, self.decorated.site, self.decorated.unknown, self.decorated.nodes)
        dag = new_dag(run, options, "decorator", self.function.called, at)
        dag.doc, dag.function = self.function.doc, self.function
        given = bind_arguments(run, self.function, call)
        dag.enter(run, at)
        with run.once():
            run_body(run, self.function, {k: Parameter(k, v) for k, v in given.items()}, at)
        dag.leave(run, at)
        return dag

    def describe(self) -> str:
        """For messages."""
        return f"@dag function {self.function.name}"


@means("airflow.decorators.dag", "airflow.decorators.dag.dag", "airflow.models.dag.dag", "airflow.sdk.dag")
def dag_decorator(run: Interpreter, call: Call) -> object:
    if call.args and isinstance(call.args[0], UserFunction) and not call.kwargs:
        return _decorated(run, call.args[0], {}, call)
    options = {**dict(zip(POSITIONAL, call.args, strict=False)), **call.kwargs}
    return Native("dag", lambda run, inner: _decorated(run, inner.first("function"), options, call))


def _decorated(run: Interpreter, function: object, options: dict[str, object], call: Call) -> object:
    if not isinstance(function, UserFunction):
        return run.opaque("a @dag of something that is not a function of this folder", call.site, wild=True)
    run.world.dag_functions.append(function)
    return DagFunction(function, options, call)
