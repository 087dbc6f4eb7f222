"""One process of `make mutants`: some DAGs, from their unchanged runs to the last mutant."""

import random
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

from migrator.parity.compare import compare
from migrator.parity.record import Record
from migrator.parity.result import Result
from migrator.parity.side import CouldNotRun
from mutants import code, data
from mutants.oracle import DIFFERENT, ORDER, SAME, difference
from mutants.stage import Stage, dumps

CAUGHT, MISSED, EQUIVALENT, FALSE_ALARM = "caught", "missed", "equivalent", "false alarm"


@dataclass(frozen=True)
class Outcome:
    """What became of one mutation: of `code` or `data`, or of a run in which nothing was `unchanged`."""

    of: str
    kind: str
    place: str
    verdict: str
    why: str = ""


@dataclass(frozen=True)
class Lane:
    """`dates` of the mutants, and `more` on which those without an effect run again, by DAG."""

    dates: Mapping[str, list[str]]
    more: Mapping[str, list[str]]
    mutants: int  # of the code of each DAG
    seed: int


def serve(lane: Lane, queue: "Queue[Outcome | str | None]") -> None:
    """In a process of its own: every outcome, then None, or what went wrong."""
    try:
        run(lane, queue.put)
        queue.put(None)
    except BaseException as error:  # the other process waits for an answer, whatever it is
        queue.put(f"{type(error).__name__}: {error}")
        raise


def run(lane: Lane, say: Callable[[Outcome], None]) -> None:
    """Tells every outcome as soon as it is known."""
    with ExitStack() as leaving:
        work = Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="migrate-mutants-")))
        long = Stage(work / "long", {d: [*lane.dates[d], *lane.more[d]] for d in lane.dates}, leaving)
        short = Stage(work / "short", lane.dates, leaving)
        for stage in (short, long):
            stage.work.mkdir()
            for result in stage.unchanged():
                say(_unchanged(result))
        for dag_id in sorted(lane.dates):
            chosen = random.Random(f"{lane.seed} {dag_id}")
            _data(short, dag_id, chosen, work / "data" / dag_id, say)
            _code(short, long, dag_id, chosen, lane.mutants, say)


def _unchanged(result: Result) -> Outcome:
    well = result.verdict == "equal"
    place = f"{result.dag_id} {result.date}"
    return Outcome(
        "unchanged", "unchanged run", place, EQUIVALENT if well else FALSE_ALARM, result.error or ""
    )


def _data(
    stage: Stage, dag_id: str, chosen: random.Random, folder: Path, say: Callable[[Outcome], None]
) -> None:
    rules = stage.rules(dag_id)
    record = stage.airflow[dag_id][-1]  # the one that has the files
    for made in data.mutations(record, chosen, folder):
        same = compare(record, made.record, rules).verdict == "equal"
        verdict = (EQUIVALENT if same else FALSE_ALARM) if made.equal else (MISSED if same else CAUGHT)
        say(Outcome("data", made.kind, f"{dag_id} {made.place}", verdict, made.equal))


def _code(
    short: Stage, long: Stage, dag_id: str, chosen: random.Random, most: int, say: Callable[[Outcome], None]
) -> None:
    unchanged = {id(stage): _must_run(stage, dag_id) for stage in (short, long)}
    module = short.module(dag_id)
    text = module.read_text(encoding="utf-8")
    for made in code.mutations(text, chosen, most):
        place = f"{module.name}:{made.line} {made.before} -> {made.after}"
        try:
            verdict, why = _judged(short, unchanged[id(short)], dag_id, made.text)
            if verdict == EQUIVALENT:
                verdict, why = _judged(long, unchanged[id(long)], dag_id, made.text)
                if verdict == EQUIVALENT:
                    why = _why(long, unchanged[id(long)], dag_id, code.failing(text, made.line), why)
        except Exception:  # a fault of ours with one mutant must not hide what becomes of the others
            verdict, why = MISSED, traceback.format_exc()
        say(Outcome("code", made.kind, place, verdict, why))


def _must_run(stage: Stage, dag_id: str) -> list[Record]:
    found = stage.ran(dag_id)
    if isinstance(found, CouldNotRun):
        raise found
    return found


def _judged(stage: Stage, unchanged: list[Record], dag_id: str, text: str) -> tuple[str, str]:
    """A mutant has an effect where the oracle sees one; the comparison with Airflow has to see the same."""
    found = stage.ran(dag_id, text)
    if isinstance(found, CouldNotRun):
        return CAUGHT, "it does not run"
    effect = difference(unchanged, found)
    results = stage.verdicts(dag_id, found)
    equal = all(result.verdict == "equal" for result in results)
    if effect == DIFFERENT:
        return (MISSED, "") if equal else (CAUGHT, dumps(results))
    if equal:
        return EQUIVALENT, effect
    return (CAUGHT, dumps(results)) if effect == ORDER else (FALSE_ALARM, dumps(results))


def _why(stage: Stage, unchanged: list[Record], dag_id: str, failing: str | None, effect: str) -> str:
    """Why a mutant changes nothing: a failure in its place says whether it is reached at all."""
    days = f"on {len(unchanged)} dates"
    if effect == ORDER:
        return f"the order of rows or columns alone, which is free, {days}"
    if failing is None:
        return f"the same states, tries, values and files {days}"
    failed = stage.ran(dag_id, failing)
    reached = isinstance(failed, CouldNotRun) or difference(unchanged, failed) != SAME
    return f"reached, and the same values and files {days}" if reached else f"not reached {days}"
