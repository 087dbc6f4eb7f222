"""Each argument of each task and DAG that became native is in the new module, or in a finding: none is lost.

The DAGs are those that both Airflows ship, and those beside these tests.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project, naming
from migrator.convert.arguments import NEUTRAL
from migrator.findings import Finding
from migrator.ir import (
    Code,
    Dag,
    Dictionary,
    Function,
    Literal,
    Project,
    Sequence,
    Task,
    Template,
    Value,
    XCom,
    constant,
)
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

ROOT = Path(__file__).parent.parent.parent
SITE = "lib/python3.11/site-packages/airflow"
FOLDERS = {
    "our own": Path(__file__).parent / "dags",
    "Airflow 2": ROOT / ".venv" / SITE / "example_dags",
    "Airflow 3": ROOT / ".venv-airflow3" / SITE / "example_dags",
    "Airflow 3, standard": ROOT / ".venv-airflow3" / SITE / "providers/standard/example_dags",
}
HERE = [name for name, folder in FOLDERS.items() if folder.exists()]
# Words that show where an argument went, where its value does not.
FORMS: dict[str, Callable[[object, Dag], list[str]]] = {
    "retries": lambda value, dag: [f"max_retries={value}"] if value else [],
    "retry_delay": lambda value, dag: (
        ["delay=", "RetryPolicy"][:1] if any(t.retries for t in dag.tasks) else []
    ),
    "retry_exponential_backoff": lambda value, dag: (
        ["EXPONENTIAL"] if any(t.retries for t in dag.tasks) else []
    ),
    "owner": lambda value, dag: (
        [naming.owner(str(value)).removeprefix("team:")] if value != "airflow" else []
    ),
    "pool": lambda value, dag: [naming.tag(str(value))] if value != "default_pool" else [],
    "trigger_rule": lambda value, dag: [],  # in the graph that is verified
    "execution_timeout": lambda value, dag: ["@time_limit("],
    "on_failure_callback": lambda value, dag: ["call_on_failure", "when_a_run_fails"],
    "on_success_callback": lambda value, dag: ["call_on_success", "when_a_run_succeeds"],
    "priority_weight": lambda value, dag: ["dagster/priority"],
    "weight_rule": lambda value, dag: ["dagster/priority"] if value != "downstream" else [],
    "depends_on_past": lambda value, dag: ["ended_before("],
    "wait_for_downstream": lambda value, dag: ["ended_before("],
    "week_day": lambda value, dag: ["weekday()"],
    "use_task_logical_date": lambda value, dag: ["context.partition_time_window", "data_interval(context)"],
    "params": lambda value, dag: [],  # a task that reads one has a Config, which tests of their own look at
    "append_env": lambda value, dag: ["**os.environ"],
    "outlets": lambda value, dag: ["@updates("] if value else [],
    "dagrun_timeout": lambda value, dag: ["dagster/max_runtime"],
    "max_active_runs": lambda value, dag: ["max_active_runs"],
    "max_active_tasks": lambda value, dag: ["max_concurrent"],
    "concurrency": lambda value, dag: ["max_concurrent"],
    "tags": lambda value, dag: (
        [naming.tag(str(tag)) for tag in value] if isinstance(value, list | set) else []
    ),
}
# What the graph, the names or the schedule of the project say; these are verified by themselves.
ELSEWHERE = frozenset(
    (
        *("task_id", "dag_id", "dag", "task_group", "upstream", "downstream", "default_args", "start_date"),
        *("end_date", "schedule", "schedule_interval", "timetable", "catchup", "is_paused_upon_creation"),
        *("multiple_outputs", "do_xcom_push", "provide_context", "show_return_value_in_logs"),
        "python_callable",
        *("external_dag_id", "external_task_id"),  # a marker does nothing; others are wired to the other DAG
    )
)
FILE = re.compile(r"[\w./-]*\.(sh|sql)")
# Findings that tell of an argument in other words.
TOLD = {"mode": "OP050"}
# How Airflow's own pages show a DAG.
SHOWN = frozenset(
    ("dag_display_name", "orientation", "default_view", "owner_links", "access_control", "doc_md")
)


@cache
def converted(name: str) -> tuple[Project, Conversion]:
    project = scan([FOLDERS[name]])[0]
    airflow3 = name.startswith("Airflow 3")
    return project, convert_project(
        project, plans.Plan(), lifts(project, None), name="new", airflow3=airflow3
    )


@pytest.mark.parametrize("name", HERE)
def test_each_argument_of_a_native_task_is_in_its_module_or_in_a_finding(name: str) -> None:
    project, made = converted(name)
    lost = []
    for dag, text in native(project, made):
        for task in dag.tasks:
            if made.manifest.dags[dag.dag_id].tasks[task.task_id].disposition != "native":
                continue
            told = [f for f in made.findings if f.dag_id == dag.dag_id and f.task_id in (None, task.task_id)]
            values = {**task.args, **task.keywords, **dict(enumerate_positional(task))}
            lost += [
                f"{dag.dag_id}.{task.task_id}: {argument}={value}"
                for argument, value in values.items()
                if not kept(argument, value, text, told, dag)
            ]
    assert lost == []


@pytest.mark.parametrize("name", HERE)
def test_each_argument_of_a_native_dag_is_in_its_module_or_in_a_finding(name: str) -> None:
    project, made = converted(name)
    lost = [
        f"{dag.dag_id}: {argument}={value}"
        for dag, text in native(project, made)
        for argument, value in dag.args.items()
        if argument not in SHOWN
        and not kept(argument, value, text, [f for f in made.findings if f.dag_id == dag.dag_id], dag)
    ]
    assert lost == []


def test_there_is_something_to_look_at() -> None:
    assert sum(len(list(native(*converted(name)))) for name in HERE) > 20


def native(project: Project, made: Conversion) -> Iterator[tuple[Dag, str]]:
    for dag in project.dags:
        entry = made.manifest.dags.get(dag.dag_id)
        if entry and entry.level != "lift":
            yield dag, made.files[entry.module.replace(".", "/") + ".py"]


def enumerate_positional(task: Task) -> Iterator[tuple[str, Value]]:
    for place, value in enumerate(task.positional):
        yield f"argument {place}", value


def kept(argument: str, value: Value, text: str, told: list[Finding], dag: Dag) -> bool:
    """Whether an argument can be found again."""
    plain = constant(value, ...)
    if argument in ELSEWHERE or plain in (None, False, "", [], {}) or plain in NEUTRAL.get(argument, ()):
        return True
    if any(f"`{argument}`" in f.message or f" {argument}" in f.message for f in told):
        return True
    if argument in TOLD and any(f.code == TOLD[argument] for f in told):
        return True
    if (form := FORMS.get(argument)) is not None:
        words = form(plain, dag)
        return not words or any(word in text for word in words)
    return all(piece in text or repr(piece) in text for piece in pieces(value))


def pieces(value: Value) -> Iterator[str]:  # noqa: C901 - one case for each kind of value
    """The words of a value, which the new module has as well."""
    if isinstance(value, Literal):
        yield from words_of(value.value)
    elif isinstance(value, Template):
        yield from words_of(re.sub(r"\{[{%#].*?[}%#]\}", " ", value.source, flags=re.S))
    elif isinstance(value, Function):
        yield value.name if value.name.isidentifier() else "lambda"
    elif isinstance(value, Code) and "{{" in str(value.pieces):
        yield from words_of_pieces(value)
    elif isinstance(value, Code):
        last = value.source.rsplit(".", 1)[-1]
        enumerated = "." in value.source and last.isupper()  # `TaskState.FAILED`
        yield last.lower() if enumerated else re.findall(r"[A-Za-z_]\w*|$", value.source)[0]
    elif isinstance(value, XCom):
        yield naming.variable(value.task_id.rsplit(".", 1)[-1])
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from pieces(item)
    elif isinstance(value, Dictionary):
        for key, item in value.items.items():
            yield key
            yield from pieces(item)


def words_of_pieces(value: Code) -> Iterator[str]:
    """Of a text that is put together, and holds a template."""
    for piece in value.pieces:
        source = piece.source if isinstance(piece, Code) else re.sub(r"\{\{.*?\}\}", " ", str(piece.value))
        variable = re.fullmatch(r"Variable\.get\(['\"](\w+)['\"]\)", source)
        yield from [variable[1].upper()] if variable else words_of(source)


def words_of(value: object) -> Iterator[str]:
    if isinstance(value, str) and FILE.fullmatch(value):
        return  # its text is in the module, not its name
    if isinstance(value, str):
        yield from re.findall(r"\w{2,}", value.encode("unicode_escape").decode() if "\\" in value else value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from words_of(key)
            yield from words_of(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from words_of(item)
    elif isinstance(value, timedelta):
        yield from ()  # a length has many spellings
    elif isinstance(value, datetime):
        yield str(value.year)
    elif value is not None:
        yield json.dumps(value) if isinstance(value, bool) is False else str(value)
