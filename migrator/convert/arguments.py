"""The arguments that every operator and DAG may have: which are carried over, which are the default anyway."""

from collections.abc import Callable, Container, Mapping

from migrator.convert import own_macros, policies
from migrator.convert.outlets import outlets
from migrator.convert.problem import Problem
from migrator.convert.registry import Args
from migrator.ir import Dag, Literal, Task, Value, constant
from migrator.record import dataclass

# Carried over by the model itself, or without a meaning for what a task does.
CARRIED = frozenset(
    [
        "task_id",
        "retries",
        "retry_delay",
        "owner",
        "trigger_rule",
        "dag",
        "task_group",
        "doc",
        "doc_md",
        "doc_rst",
        "doc_json",
        "doc_yaml",
        "pool",
        "start_date",
        "end_date",
        "python_callable",
        "op_args",
        "op_kwargs",
        "templates_dict",
        "provide_context",
        "multiple_outputs",
        "do_xcom_push",
        "params",
        "show_return_value_in_logs",
        "retry_exponential_backoff",
        "upstream",
        "on_failure_fail_dagrun",
        "downstream",
        "priority_weight",
        "weight_rule",
        "depends_on_past",
        "wait_for_downstream",
        "on_failure_callback",
        "on_success_callback",
        "sla",
    ]
)
# Values that change nothing, so that nothing is lost with them.
NEUTRAL: Mapping[str, tuple[object, ...]] = {
    "email_on_failure": (False,),
    "email_on_retry": (False,),
    "queue": ("default",),
    "pool_slots": (1,),
    "ignore_first_depends_on_past": (True, False),
    "max_active_tis_per_dag": (None,),
    "resources": (None,),
    "email": (None, [], ""),
}
# Without an effect on values and states, but somebody may miss them.
LOST = {
    "execution_timeout": "EN041",
    "on_retry_callback": "EN042",
    "on_execute_callback": "EN042",
    "on_skipped_callback": "EN042",
    "email_on_failure": "EN042",
    "email_on_retry": "EN042",
    "email": "EN042",
    "max_retry_delay": "EN043",
    **dict.fromkeys(("pool_slots", "queue", "executor_config", "run_as_user", "resources"), "EN050"),
    "inlets": "TM043",
    "map_index_template": "CF063",
    "max_active_tis_per_dag": "CF064",
    "max_active_tis_per_dagrun": "CF064",
}
# What changes what a run does, so that a task with it is not native.
BLOCKING = {"pre_execute": "DP060", "post_execute": "DP060", "templates_exts": "OP042"}

DAG_CARRIED = frozenset(
    [
        "dag_id",
        "description",
        "schedule",
        "schedule_interval",
        "timetable",
        "start_date",
        "end_date",
        "catchup",
        "max_active_runs",
        "params",
        "tags",
        "default_args",
        "doc_md",
        "is_paused_upon_creation",
        "dag_display_name",
        "orientation",
        "default_view",
        "owner_links",
        "access_control",
        "render_template_as_native_obj",
        "template_searchpath",  # a task that looks something up there says so
        "user_defined_macros",
        "user_defined_filters",
        "max_active_tasks",
        "concurrency",
        "dagrun_timeout",
        "on_failure_callback",
        "on_success_callback",
    ]
)
DAG_LOST = {
    "sla_miss_callback": "EN042",
}
DAG_BLOCKING = {
    "jinja_environment_kwargs": "DP042",
    "template_undefined": "DP042",
    "fail_stop": "CF043",
    "fail_fast": "CF043",
}


@dataclass(frozen=True)
class Leftovers:
    """`notes` are told; `problems` stop the native form."""

    notes: tuple[Problem, ...]
    problems: tuple[Problem, ...]


def of_task(task: Task, args: Args, others: Callable[[], Container[str]] = frozenset) -> Leftovers:
    """What to say of the arguments that the task's rule did not take.

    `others`: names of default arguments that are for other tasks of the DAG, which Airflow gives to those alone.
    """
    notes, problems = [], []
    for name in args.left():
        value = task.args[name]
        about = task.task_id if name in task.own else None  # default_args are the DAG's
        if name == "task_display_name" and isinstance(value, Literal):
            continue  # the description has it
        if name in CARRIED or _neutral(name, value, NEUTRAL):
            continue
        if name == "outlets":
            if outlets(task) is None:
                problems.append(Problem("TM059", "which datasets it updates is not known", None, about))
        elif name in BLOCKING:
            problems.append(Problem(BLOCKING[name], f"`{name}` has no native form yet", None, about))
        elif policies.is_minded(name, task):
            continue
        elif name in LOST:
            notes.append(Problem(LOST[name], f"`{name}` is not carried over", None, about))
        elif about or name not in others():
            notes.append(Problem("OP040", f"no rule read the argument `{name}`", None, about))
    return Leftovers(tuple(notes), tuple(problems))


def of_dag(dag: Dag) -> Leftovers:
    """What to say of the DAG's own arguments."""
    notes, problems = policies.notes(dag), []
    if not own_macros.is_known(dag):
        problems.append(Problem("DP042", "which macros or filters the DAG gives its templates is not known"))
    for name, value in sorted(dag.args.items()):
        if name in ("description", "doc_md") and not (isinstance(value, Literal) or _is_told(dag)):
            notes.append(Problem("OP040", f"the DAG's `{name}` is left out: it is not a constant"))
        if name in DAG_CARRIED or constant(value, ...) in (None, False, {}, []):
            continue
        if name in DAG_BLOCKING:
            problems.append(Problem(DAG_BLOCKING[name], f"the DAG's `{name}` has no native form yet"))
        elif name in DAG_LOST:
            notes.append(Problem(DAG_LOST[name], f"the DAG's `{name}` is not carried over"))
        else:
            notes.append(Problem("OP040", f"no rule read the DAG's argument `{name}`"))
    return Leftovers(tuple(notes), tuple(problems))


def _is_told(dag: Dag) -> bool:
    """Whether the model has a description of the DAG."""
    return bool(dag.description or dag.doc_md)


def _neutral(name: str, value: Value, table: Mapping[str, tuple[object, ...]]) -> bool:
    if not isinstance(value, Literal):
        return False
    return value.value is None or any(value.value == neutral for neutral in table.get(name, ()))
