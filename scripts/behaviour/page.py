"""docs/behaviour.md: which DAGs do the same in both systems, good or bad."""

from collections.abc import Iterable, Mapping, Sequence

from scripts.behaviour.verdicts import DIFFERENT, NOT_RUN, SAME, VARIES, Verdict
from scripts.coverage_page import table

HEAD = """# Behaviour

What the example DAGs that Airflow ships *do*, in Airflow and as `migrate convert` writes them: each was run in both
systems on 2024-01-03, without any service around it. Compared are the states of the run and of its tasks, by map
index, their tries, and all that they returned or pushed. Written by `make parity-corpus`.

A DAG ran twice in Airflow, by the same seed. What differed between these two runs (a time of day, an address in
memory) says nothing about Dagster: it is left out of the comparison, the DAG counts as *same, but for what varies*.
"""


def render(found: Mapping[str, Sequence[Verdict]]) -> str:
    """The whole page."""
    parts = [HEAD, "## Summary\n", table(["", *(f"Airflow {v}" for v in found)], summary(found))]
    for version, verdicts in found.items():
        parts += [
            f"## Airflow {version}\n",
            table(["DAG", "level", "in Airflow", "Dagster", ""], rows(verdicts)),
        ]
    return "\n".join(parts)


def summary(found: Mapping[str, Sequence[Verdict]]) -> Iterable[list[object]]:
    """The totals; what ends well is apart from what fails, as a failure proves less."""
    yield ["DAGs", *(len(v) for v in found.values())]
    yield [
        "... that do not end by themselves, or do not start",
        *(count(v, verdict=NOT_RUN) for v in found.values()),
    ]
    for state, what in (("success", "end well in Airflow"), ("failed", "fail in Airflow")):
        yield [f"**DAGs that {what}**", *(count(v, state=state) for v in found.values())]
        for native, form in ((True, "native"), (False, "lifted")):
            for verdict in (SAME, VARIES, DIFFERENT):
                yield [f"{form}: {verdict}", *(count(v, state, native, verdict) for v in found.values())]


def count(
    verdicts: Sequence[Verdict],
    state: str | None = None,
    native: bool | None = None,
    verdict: str | None = None,
) -> int:
    """How many are all of that."""
    return sum(
        state in (None, v.airflow) and native in (None, v.native) and verdict in (None, v.verdict)
        for v in verdicts
    )


def rows(verdicts: Sequence[Verdict]) -> Iterable[list[object]]:
    """A line for each DAG."""
    for each in sorted(verdicts, key=lambda v: v.dag_id):
        said = each.detail or (f"varies in Airflow: {', '.join(each.varies)}" if each.varies else "")
        yield [f"`{each.dag_id}`", each.level, each.airflow, each.verdict, cell(said)]


def cell(text: str) -> str:
    """One line of a table."""
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= 300 else line[:300] + "…"
