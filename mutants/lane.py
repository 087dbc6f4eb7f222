"""One process of `make mutants`: some DAGs, from their unchanged runs to the last mutant."""

import random
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.queues import Queue
from pathlib import Path

from migrator.parity.compare import compare
from migrator.parity.record import Record
from migrator.parity.result import Result
from migrator.parity.side import CouldNotRun
from mutants import code, data
from mutants.kept import Kept
from mutants.oracle import ORDER, SAME, difference
from mutants.outcome import CAUGHT, EQUIVALENT, FALSE_ALARM, MISSED, NOT_RUN, Outcome
from mutants.stage import Stage, dumps

Say = Callable[[Outcome], None]


@dataclass(frozen=True)
class Lane:
    """By DAG: `dates` of the mutants, `more` for those without an effect there, and `steady` without mutants."""

    dates: Mapping[str, list[str]]
    more: Mapping[str, list[str]]
    steady: Mapping[str, list[str]]
    mutants: int  # of the code of each DAG
    seed: int
    work: Path


@dataclass(frozen=True)
class Stages:
    """In the order in which a mutant goes through them until it has an effect."""

    short: Stage
    damaged: Stage
    long: Stage

    @property
    def all(self) -> tuple[Stage, Stage, Stage]:
        """Short runs first."""
        return self.short, self.damaged, self.long


def serve(lane: Lane, queue: "Queue[Outcome | str | None]") -> None:
    """In a process of its own: every outcome, then None, or what went wrong."""
    try:
        run(lane, queue.put)
        queue.put(None)
    except BaseException as error:  # the other process waits for an answer, whatever it is
        queue.put(f"{type(error).__name__}: {error}")
        raise


def run(lane: Lane, say: Say) -> None:
    """Tells every outcome as soon as it is known."""
    with ExitStack() as leaving:
        long = {d: [*lane.dates[d], *lane.more[d]] for d in lane.dates}
        stages = Stages(
            Stage(lane.work / "short", lane.dates, leaving),
            Stage(lane.work / "damaged", lane.dates, leaving, damaged=True),
            Stage(lane.work / "long", long, leaving),
        )
        for stage in (*stages.all, Stage(lane.work / "steady", lane.steady, leaving)):
            for result in stage.unchanged():
                say(_unchanged(result))
        kept = Kept(lane.work / "outcomes.jsonl")
        for dag_id in sorted(lane.dates):
            chosen = random.Random(f"{lane.seed} {dag_id}")
            _data(stages.short, dag_id, chosen, lane.work / "data" / dag_id, say)
            _code(stages, dag_id, chosen, lane.mutants, kept, say)


def _unchanged(result: Result) -> Outcome:
    well = result.verdict == "equal"
    place, why = f"{result.dag_id} {result.date}", result.error or ("" if well else dumps([result]))
    return Outcome("unchanged", "unchanged run", place, EQUIVALENT if well else FALSE_ALARM, why)


def _data(stage: Stage, dag_id: str, chosen: random.Random, folder: Path, say: Say) -> None:
    record = stage.airflow[dag_id][-1]  # the one that has the files
    for made in data.mutations(record, chosen, folder):
        rules = replace(stage.rules(dag_id), ordered=made.ordered)
        same = compare(record, made.record, rules).verdict == "equal"
        verdict = (EQUIVALENT if same else FALSE_ALARM) if made.equal else (MISSED if same else CAUGHT)
        say(Outcome("data", made.kind, f"{dag_id} {made.place}", verdict, made.equal))


def _code(stages: Stages, dag_id: str, chosen: random.Random, most: int, kept: Kept, say: Say) -> None:
    unchanged = {id(stage): _must_run(stage, dag_id) for stage in stages.all}
    module = stages.short.module(dag_id)
    for made in code.mutations(module.read_text(encoding="utf-8"), chosen, most):
        place = f"{module.name}:{made.line} {made.before} -> {made.after}"

        def judge(made: code.Mutation = made) -> tuple[str, str]:
            return _judged(stages, unchanged, dag_id, made)

        say(kept.outcome("code", made.kind, place, judge))


def _must_run(stage: Stage, dag_id: str) -> list[Record]:
    found = stage.ran(dag_id)
    if isinstance(found, CouldNotRun):
        raise found
    return found


def _judged(
    stages: Stages, unchanged: Mapping[int, list[Record]], dag_id: str, made: code.Mutation
) -> tuple[str, str]:
    """The first stage on which a mutant has an effect decides; one without any is told with the reason."""
    mark = stages.long.work / "reached"
    effects = []
    try:
        for stage in stages.all:
            text = made.text
            if stage is stages.long and made.kind not in code.DECLARED:
                mark.unlink(missing_ok=True)
                text = code.marked(text, made.line, str(mark)) or text
            verdict, why = _on(stage, unchanged[id(stage)], dag_id, text)
            if verdict != EQUIVALENT:
                return verdict, why
            effects.append(why)
    except Exception:  # a fault of ours with one mutant must not hide what becomes of the others
        return MISSED, traceback.format_exc()
    days = sum(len(unchanged[id(stage)]) for stage in (stages.damaged, stages.long))
    return EQUIVALENT, _why(made.kind, ORDER in effects, mark.exists(), f"in {days} runs")


def _on(stage: Stage, unchanged: list[Record], dag_id: str, text: str) -> tuple[str, str]:
    """A mutant has an effect where the oracle sees one; the comparison with Airflow has to see the same."""
    found = stage.ran(dag_id, text)
    if isinstance(found, CouldNotRun):
        return CAUGHT, NOT_RUN
    effect = difference(unchanged, found)
    results = stage.verdicts(dag_id, found)
    if all(result.verdict == "equal" for result in results):
        return (EQUIVALENT, effect) if effect in (SAME, ORDER) else (MISSED, f"{effect} in the oracle's eyes")
    return (FALSE_ALARM if effect == SAME else CAUGHT), dumps(results)


def _why(kind: str, order: bool, reached: bool, runs: str) -> str:
    if order:
        return f"the order of rows or columns alone, which is free, {runs}"
    if kind in code.DECLARED:
        return f"no step lost what it waits for or a retry; the same states, tries, values and files {runs}"
    if not reached:
        return f"not reached {runs}"
    return f"reached, and the same states, tries, values and files {runs}"
