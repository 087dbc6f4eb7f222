"""Small pieces of the text of a generated module."""

import ast
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from migrator.convert import naming, policies
from migrator.convert.dataset_events import SENDS
from migrator.convert.hooks import Hook
from migrator.convert.outlets import updated
from migrator.convert.starts import Timing
from migrator.convert.step import Step
from migrator.ir import Dag, Literal, Task, constant
from migrator.record import dataclass
from migrator.runtime.airflow_names import free

if TYPE_CHECKING:
    from migrator.convert.factories import Factory

TOLERATED = {"call_on_failure": "call_on_tolerated_failure"}
LIMIT_TAG = "max_active_runs"


@dataclass(frozen=True)
class Names:
    """The names of one module. What is made is added to `taken`.

    `variables` held the tasks in the DAG file; `crowded` are op names that several jobs want.
    """

    taken: set[str]
    variables: Mapping[str, str]
    crowded: frozenset[str] = frozenset()
    inside: Mapping[str, str] = field(default_factory=dict)  # what they are called in a function of its own
    functions: Mapping[str, str] = field(default_factory=dict)  # likewise the steps, by task id
    values: dict[tuple[str, str], str] = field(default_factory=dict)  # names of what several DAGs may share
    own: frozenset[str] = frozenset()  # what statements of the DAG file that stay are called

    def make(self, name: str) -> str:
        """The name, or one like it that is free; it is taken afterwards."""
        found = free(self.inside.get(name, name), self.taken)
        self.taken.add(found)
        return found

    def of(self, name: str, value: str) -> str:
        """The name of a value: the same one for DAGs that have the same."""
        if (name, value) not in self.values:
            self.values[name, value] = self.make(name)
        return self.values[name, value]

    def imported(self, made: "DagText", module: str, name: str) -> str:
        """What something of a module of the runtime is called here: as there, or longer where the file has its own."""
        called = f"{module}_{name}" if name in self.own else name
        alias = f" as {called}" if called != name else ""
        made.imports.add(f"from ..runtime.{module} import {name}{alias}")
        return called


@dataclass
class StepText:
    """How a step looks in the new module. `lines` come first in the body; `body` is all of a new one."""

    step: Step
    name: str
    decorator: str
    parameters: list[str] = field(default_factory=list)
    nothing: bool = False  # annotated `-> None`
    reports: bool = False  # annotated with what an asset may tell Dagster instead of a value
    lines: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    appended: list[str] = field(default_factory=list)
    updates: str = ""  # a decorator below the first: which datasets the step updates
    after: str = ""  # likewise: what is called with its result
    again: str = ""  # likewise: what decides whether it is tried again
    limit: str = ""  # likewise: how long it may take


@dataclass
class DagText:
    """The parts of a module that belong to one DAG: `before` its first step, and `after` the last."""

    steps: dict[str, StepText]
    before: list[str]
    after: list[str]
    assets: list[str] = field(default_factory=list)  # variables
    asset_checks: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    schedules: list[str] = field(default_factory=list)
    sensors: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    factories: "list[Factory]" = field(default_factory=list)
    checks: list[str] = field(default_factory=list)  # texts, between the steps and what comes after
    resources: str | None = None  # what its steps need: `resources=AIRFLOW`


def in_airflow(name: str, dag: Dag, ops: Mapping[str, str]) -> str:
    """What runs tasks of the DAG in Airflow; of `ops`, by task id, it needs those that are called otherwise."""
    others = mapping({task_id: repr(op) for task_id, op in ops.items() if op != task_id})
    given = [repr(dag.dag_id), f"file={dag.origin.file!r}", *([f"ops={others}"] if others != "{}" else [])]
    return f"{name} = {call('airflow_tasks', given)}"


def in_airflow_doc(task: Task) -> str:
    """The docstring of a step that has Airflow run its task."""
    kind = f"@{task.operator.removeprefix('airflow.decorators.')}" if task.taskflow else task.operator_class
    return docstring(f"{kind}, run in Airflow.")


def updates(step: Step, made: DagText, names: Names) -> str:
    """The decorator that says which datasets a step updates; empty for none."""
    found = updated(step.task)
    if not found:
        return ""
    asks = SENDS in step.body.imports
    given = [one.named if asks else one.text for one in found]
    function = names.imported(made, "datasets", "updates")
    if any(one.alias for one in found):
        made.imports.add("from ..runtime.datasets import members_of")
    if any(text.startswith("Asset(") for text in given):
        made.imports.add("from ..runtime.dataset_events import Asset")
    return f"{function}({', '.join(given)})"


def called_after(step: Step) -> str:
    """The decorator that says what is called with the step's result; empty for nothing."""
    return f"calls_after({step.after})" if step.after and not step.bridged else ""


def tried_again(step: Step) -> str:
    """The decorator by which its error decides whether there is another try; likewise empty."""
    return "" if step.bridged or step.empty else policies.tried_again(step.task) or ""


def time_limit(step: Step) -> str:
    """The decorator that says how long a step may take; empty for no limit, and where Airflow minds it."""
    return "" if step.bridged or step.empty else policies.time_limit(step.task) or ""


def step_hooks(step: Step, dag: Dag, partitions: str | None, *, tolerated: bool = False) -> str | None:
    """The callbacks of a step as a set of hooks; None for none. `tolerated`: it never fails in Dagster's eyes."""
    calls = []
    for hook in step.hooks:
        given = [hook.text, repr(dag.dag_id), repr(step.task.task_id)]
        given += [partitions] if partitions and hook.dated else []
        calls.append(f"{TOLERATED.get(hook.call, hook.call) if tolerated else hook.call}({', '.join(given)})")
    return "{" + ", ".join(calls) + "}" if calls else None


def watch(
    hooks: Iterable[Hook], made: DagText, dag: Dag, job: str, name: str, names: Names, partitions: str | None
) -> None:
    """The callbacks of a DAG as sensors on the runs of its job."""
    by_call: dict[str, list[Hook]] = {}
    for hook in hooks:
        by_call.setdefault(hook.call, []).append(hook)
    for call_name, alike in by_call.items():
        texts = [hook.text for hook in alike]
        given = [job, texts[0] if len(texts) == 1 else listed(texts), repr(dag.dag_id)]
        if partitions and any(hook.dated for hook in alike):
            given.append(partitions)
        variable = names.make(f"{name}_{'failed' if call_name == 'when_a_run_fails' else 'succeeded'}")
        function = names.imported(made, "callbacks", call_name)
        made.after.append(f"{variable} = {call(function, given)}")
        made.sensors.append(variable)


def executor(dag: Dag, *, outcomes: bool) -> str | None:
    """The executor of a job, where it is not the usual one."""
    limit = policies.max_tasks(dag)
    usual = "outcome_executor" if outcomes else "dg.multiprocess_executor"
    if limit is None:
        return usual if outcomes else None
    return f'{usual}.configured({{"max_concurrent": {limit}}})'


def job_tags(dag: Dag, job: str) -> dict[str, str]:
    """The tags of a job: the DAG's own, and those by which its runs can be limited."""
    found = {naming.tag(tag): repr("") for tag in dag.tags}
    if seconds := policies.max_runtime(dag):
        found[policies.MAX_RUNTIME] = repr(str(seconds))
    if limit_of(dag):
        found[LIMIT_TAG] = repr(job)
    return found


def limit_of(dag: Dag) -> int | None:
    """How many runs of a DAG may be active at once, where the DAG says so."""
    found = constant(dag.args.get("max_active_runs"))
    return found if isinstance(found, int) else None


def automate(made: DagText, timing: Timing, job: str, name: str, names: Names) -> None:
    """What starts the job, where something does: a schedule or a sensor; `name` is the start of its own."""
    made.imports.update(timing.imports)
    for kind, form in (("schedule", timing.schedule), ("sensor", timing.sensor)):
        if form:
            variable = names.make(f"{name}_{kind}")
            made.after.append(f"{variable} = {form.format(job=job)}")
            (made.schedules if kind == "schedule" else made.sensors).append(variable)


def call(function: str, arguments: Iterable[str]) -> str:
    """`f(a, b=1)`; with a trailing comma where it will not fit on a line, so that each argument gets one."""
    given = list(arguments)
    flat = f"{function}({', '.join(given)})"
    return flat if len(flat) <= 100 else f"{function}({', '.join(given)},)"


def keyed(pairs: Mapping[str, object]) -> list[str]:
    """`name=value` for each value that is there; values are source text."""
    return [f"{name}={value}" for name, value in pairs.items() if value]


def quoted(text: str) -> str:
    """A string literal; a text of several lines is a block."""
    if "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"'):
        return f'"""{text}"""'
    return repr(text)


def item(text: str) -> str:
    """One item of a list, as many lines as it needs."""
    return textwrap.fill(text, 100, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def docstring(text: str) -> str:
    """A block, whatever the text quotes: names of files may hold quotes and backslashes."""
    safe = text.replace("\\", "\\\\").replace('"""', "'''")
    return '"""' + "".join(c if c == "\n" or c.isprintable() else " " for c in safe) + '"""'


def listed(items: Iterable[str]) -> str:
    """A list of expressions."""
    return f"[{', '.join(items)}]"


def mapping(items: Mapping[str, str]) -> str:
    """A dict of string keys and expressions."""
    return "{" + ", ".join(f"{key!r}: {value}" for key, value in items.items()) + "}"


def retry(task: Task) -> str | None:
    """The retry policy of a task, or None."""
    if not task.retries or task.retries < 0:
        return None
    delay = int(task.retry_delay) if task.retry_delay == int(task.retry_delay) else task.retry_delay
    exponential = constant(task.args.get("retry_exponential_backoff")) is True
    backoff = ", backoff=dg.Backoff.EXPONENTIAL" if exponential else ""
    return f"dg.RetryPolicy(max_retries={task.retries}, delay={delay}{backoff})"


def usual_retry(tasks: Iterable[Task]) -> str | None:
    """The retry policy that most tasks have, if several have one."""
    counts = Counter(found for task in tasks if (found := retry(task)))
    usual = counts.most_common(1)
    return usual[0][0] if usual and usual[0][1] > 1 else None


def owner(task: Task) -> str | None:
    """The owner that the task was given; Airflow's default owner is none."""
    value = task.args.get("owner")
    found = value.value if isinstance(value, Literal) else None
    return found if isinstance(found, str) and found and found != "airflow" else None


def documentation(step: Step) -> str | None:
    """What the task's `doc_md` or `doc` says, below the name that Airflow shows."""
    given = [constant(step.task.args.get(name)) for name in ("task_display_name", "doc_md", "doc")]
    shown, *said = (text.strip() if isinstance(text, str) else "" for text in given)
    if shown and isinstance(step.function, ast.FunctionDef):  # a description hides the docstring
        said.append(ast.get_docstring(step.function) or "")
    return "\n\n".join(part for part in (shown, next(filter(None, said), "")) if part) or None


def shared(values: Iterable[str | None]) -> str | None:
    """The value, if all are the same."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
