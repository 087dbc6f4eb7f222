"""Comparers of other packages: entry points of the group `migrator.comparers`, asked before our own.

Each is a function of two artifacts and a `How`, which gives an Outcome, or None for "not mine".
"""

from functools import cache
from importlib.metadata import entry_points

from migrator.parity.record import Artifact
from migrator.parity.verdict import NOT_COMPARABLE, How, Outcome

GROUP = "migrator.comparers"


def ask(left: Artifact, right: Artifact, how: How) -> Outcome | None:
    """The outcome of the first, by name, that knows what to do with the two. One that fails is never a pass."""
    for name, comparer in _comparers():
        try:
            outcome = comparer(left, right, how)
        except Exception as error:  # other people's code: what it raises is a fact about it
            return Outcome(NOT_COMPARABLE, f"the comparer {name} failed: {type(error).__name__}: {error}")
        if outcome is not None:
            if not isinstance(outcome, Outcome):
                return Outcome(NOT_COMPARABLE, f"the comparer {name} gave a {type(outcome).__name__}")
            return outcome
    return None


@cache
def _comparers():  # type: ignore[no-untyped-def]  # what an entry point holds is known when it runs
    return [(found.name, found.load()) for found in sorted(entry_points(group=GROUP), key=lambda e: e.name)]
