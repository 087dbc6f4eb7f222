"""Runs the converted DAGs, and says of each whether Dagster did what Airflow had done."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.manifest import DagEntry, Manifest
from migrator.parity import record
from migrator.parity.compare import compare
from migrator.parity.dagster_side import Dagster
from migrator.parity.job import rules_of
from migrator.parity.result import Item, Result, TaskResult
from migrator.parity.side import CouldNotRun, Moment
from migrator.parity.verdict import LEFT_OUT, Outcome
from scripts.behaviour.bench import DATE, Bench
from scripts.behaviour.recorded import Recorded, plain

SAME, VARIES, DIFFERENT, NOT_RUN = "same", "same, but for what varies", "different", "not run"
SUCCESS, FAILED, WAITS = "success", "failed", "does not end, or not start"
ENDED = (SUCCESS, FAILED, "skipped", "upstream_failed", "removed")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """`airflow` is how the run ended there; `detail`: the first difference, or why nothing was compared."""

    dag_id: str
    level: str
    airflow: str
    verdict: str
    detail: str = ""
    varies: tuple[str, ...] = ()

    @property
    def native(self) -> bool:
        """Whether the DAG became Dagster code."""
        return self.level != "lift"


def verdicts(bench: Bench, manifest: Manifest, recorded: dict[str, Recorded], say: Say) -> Iterator[Verdict]:
    """One for each DAG that has been recorded. One start of Dagster serves all."""
    with bench.dagster() as dagster:
        for number, (dag_id, left) in enumerate(sorted(recorded.items()), 1):
            found = verdict(bench, dagster, manifest.dags[dag_id], left)
            told = f": {found.detail}" if found.detail else ""
            say(f"{bench.name}: {number} of {len(recorded)}: {dag_id} ({found.level}): {found.verdict}{told}")
            yield found


def verdict(bench: Bench, dagster: Dagster, entry: DagEntry, left: Recorded) -> Verdict:
    """What became of one DAG."""
    if left.error is not None:
        return Verdict(left.dag_id, entry.level, WAITS, NOT_RUN, left.error)
    record_of_airflow = left.as_record()
    state = record_of_airflow.state
    if not record_of_airflow.tasks:
        return Verdict(left.dag_id, entry.level, state, NOT_RUN, "Airflow ran no task")
    if state not in (SUCCESS, FAILED):
        waiting = sorted(
            {f"{t.task_id} is {t.state}" for t in record_of_airflow.tasks if t.state not in ENDED}
        )
        return Verdict(left.dag_id, entry.level, WAITS, NOT_RUN, "; ".join(waiting))
    try:
        found = compared(bench, dagster, entry, left)
    except CouldNotRun as error:
        return Verdict(left.dag_id, entry.level, state, DIFFERENT, bench.portable(str(error)))
    result = replace(found, tasks=tuple(without_varying(found, left)))
    result = replace(result, items=tuple(_left_out(item, ("", -1), left) for item in found.items))
    varies = tuple(label(*place) for place in left.varies)
    wrong = list(not_passing(result))
    if wrong:
        return Verdict(left.dag_id, entry.level, state, DIFFERENT, wrong[0], varies)
    return Verdict(left.dag_id, entry.level, state, VARIES if varies else SAME, "", varies)


def compared(bench: Bench, dagster: Dagster, entry: DagEntry, left: Recorded) -> Result:
    """Run the job of one DAG in an empty sandbox. Raises CouldNotRun."""
    one, out = left.as_record(), bench.work / "dagster" / left.dag_id
    shutil.rmtree(out, ignore_errors=True)
    moment, conf = Moment(DATE, one.interval, one.logical_date), bench.plan.dag(left.dag_id).conf
    with bench.sandbox.fresh(out / "sandbox") as here:
        runs = out / "runs"
        own = {left.dag_id: entry}
        two = dagster.run(left.dag_id, own, [moment], runs, conf=conf, cwd=here, timeout=bench.timeout)[0]
    other = record.of_json(Path(), plain(bench, two))
    return compare(one, other, rules_of(entry, bench.plan, left.dag_id))


def without_varying(result: Result, left: Recorded) -> Iterator[TaskResult]:
    """The tasks, where what Airflow itself does not repeat is left out."""
    for task in result.tasks:
        place = (task.task_id, task.map_index)
        yield replace(task, items=tuple(_left_out(item, place, left) for item in task.items))


def _left_out(item: Item, place: tuple[str, int], left: Recorded) -> Item:
    varying = {
        (task_id, name) for task_id, _, name in left.varies
    }  # of one instance: of all of a mapped task
    if (place[0], item.name) not in varying:
        return item
    return replace(item, outcome=Outcome(LEFT_OUT, "differs between two runs of Airflow"))


def not_passing(result: Result) -> Iterator[str]:
    """Each thing that is wrong, in words."""
    for task in result.tasks:
        for item in task.items:
            if not item.outcome.passes:
                place = label(task.task_id, task.map_index, item.name)
                yield f"{place}: {item.outcome.verdict}: {item.outcome.detail}"
    for item in result.items:
        if not item.outcome.passes:
            yield f"{item.name}: {item.outcome.verdict}: {item.outcome.detail}"


def label(task_id: str, index: int, name: str) -> str:
    """A place as people read it."""
    return f"{task_id}[{index}].{name}" if index >= 0 else f"{task_id}.{name}" if task_id else name
