"""How far a cutover is, as data: per DAG its intervals, and how many of them in a row were equal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from migrator.parity.live.intervals import WAITING
from migrator.parity.verdict import EQUAL
from migrator.record import dataclass

FORMAT = 1


@dataclass(frozen=True)
class Interval:
    """`verdict` is that of the comparison, or "waiting"; `result` is the comparison's JSON form, when there is one."""

    start: str
    end: str
    verdict: str
    detail: str = ""
    compared_at: str = ""
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Status:
    """One DAG; intervals are in order. `notes`: what is not compared, and why."""

    dag_id: str
    airflow: str
    dagster: str
    intervals: tuple[Interval, ...]
    notes: tuple[str, ...] = ()

    @property
    def in_a_row(self) -> int:
        """The newest ones that were compared and equal. One that waits in between ends the row, as others do."""
        compared = [each.verdict for each in self.intervals]
        while compared and compared[-1] == WAITING:
            compared.pop()
        return next((n for n, verdict in enumerate(reversed(compared)) if verdict != EQUAL), len(compared))

    @property
    def counts(self) -> dict[str, int]:
        """Of each verdict."""
        verdicts = [each.verdict for each in self.intervals]
        return {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}

    def as_json(self) -> dict[str, Any]:
        """The form of the report."""
        return {
            "dag_id": self.dag_id,
            "airflow": self.airflow,
            "dagster": self.dagster,
            "equal_in_a_row": self.in_a_row,
            "counts": self.counts,
            "notes": list(self.notes),
            "intervals": [
                {
                    "interval": [each.start, each.end],
                    "verdict": each.verdict,
                    "detail": each.detail,
                    "compared_at": each.compared_at or None,
                    "result": each.result,
                }
                for each in self.intervals
            ],
        }


def as_json(found: Sequence[Status]) -> dict[str, Any]:
    """What `--live --format json` prints."""
    return {"version": FORMAT, "dags": [status.as_json() for status in found]}


def exit_status(found: Iterable[Status]) -> int:
    """0 when all that both sides finished was equal; 1 otherwise, and for a DAG of which nothing was compared yet."""
    for status in found:
        compared = {each.verdict for each in status.intervals} - {WAITING}
        if compared != {EQUAL}:
            return 1
    return 0
