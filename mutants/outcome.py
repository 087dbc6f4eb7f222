"""What became of one mutation, and what all of them say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CAUGHT, MISSED, EQUIVALENT, FALSE_ALARM = "caught", "missed", "equivalent", "false alarm"
NOT_RUN = "it does not run"
GOALS = {"data": 1.0, "code": 0.98}  # of the effective ones
MUTATIONS, UNCHANGED = 300, 200  # at least
# Those that have to be among the kinds of a run over all DAGs.
KINDS = {
    "code": (
        "arguments swapped", "comparison", "constant", "edge dropped", "filter dropped", "interval shifted", "join",
        "operator", "retry lost", "task dropped", "trigger rule",
    ),
    "data": ("cell changed", "row lost", "row twice", "rows in another order", "time zone lost", "type"),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """Of a mutation of `code` or `data`, or of a run in which nothing was `unchanged`."""

    of: str
    kind: str
    place: str
    verdict: str
    why: str = ""


def short_of(found: Sequence[Outcome], *, whole: bool) -> list[str]:
    """Each goal that is missed, in words. `whole`: all DAGs took part, so that there must be enough of each."""
    told = [
        f"{share(found, of):.1%} of effective mutations of {of} caught, and not {goal:.0%}"
        for of, goal in GOALS.items()
        if share(found, of) < goal
    ]
    if alarms := sum(outcome.verdict == FALSE_ALARM for outcome in found):
        told.append(f"{alarms} false alarms")
    if not whole:
        return told
    runs = sum(outcome.of == "unchanged" for outcome in found)
    made = len(found) - runs
    told += [f"{made} mutations, and not {MUTATIONS}"] if made < MUTATIONS else []
    told += [f"{runs} unchanged runs, and not {UNCHANGED}"] if runs < UNCHANGED else []
    kinds = {(outcome.of, outcome.kind) for outcome in found}
    return told + [
        f"no mutation of {of}: {kind}"
        for of, names in KINDS.items()
        for kind in names
        if (of, kind) not in kinds
    ]


def share(found: Sequence[Outcome], of: str) -> float:
    """How many of the effective ones were caught; none are too few."""
    verdicts = Counter(outcome.verdict for outcome in found if outcome.of == of)
    effective = verdicts[CAUGHT] + verdicts[MISSED]
    return verdicts[CAUGHT] / effective if effective else 0.0
