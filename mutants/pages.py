"""The table that `make mutants` prints, and docs/mutants.md."""

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from mutants.outcome import CAUGHT, EQUIVALENT, FALSE_ALARM, GOALS, MISSED, NOT_RUN, Outcome, share

PAGE = Path(__file__).resolve().parent.parent / "docs" / "mutants.md"
HEAD = """# Does the comparison see mistakes?

    make mutants ARGS=--write

makes mistakes by chance, with seed {seed}: small ones in the converted DAGs of the bundled platform, and
small changes in what runs have left behind. Each converted DAG with a mistake in it runs in Dagster on the
days that Airflow has run, and the two are compared as `migrate compare` does it.

{made} mutations were made, and {effective} of them have an effect: {data:.1%} of those in data and {code:.1%}
of those in code were caught. {runs} runs in which nothing was changed gave {alarms} false alarms. The goals
are 100 %, 98 % and none, with at least 300 mutations of all kinds below and 200 unchanged runs; the command
fails where one of them is missed.

Airflow {airflow}, Dagster {dagster}, pandas {pandas}; {minutes:.0f} minutes on two cores. This page is
written by the command.

## How a mutant is judged

Whether a mutation has an effect is not said by the comparison itself, but by an oracle (`mutants/oracle.py`)
that shares no code with it: it reads the records of the mutant's runs and of the unchanged project's, and
holds states, tries, values and files against each other as text, in the plainest way. It also asks whether a
step still comes after all those that it came after, and has its retries: a run that goes well shows neither.
A mutant with an effect that the comparison with Airflow finds equal is *missed*; one without an effect that
the comparison finds different is a *false alarm*.

Each mutant runs first on two or three days; one without an effect there runs on the same days without the
tables, where tasks fail, are tried again and skip those behind them; and one without an effect there on eight
or nine days, with a mark before its statement that says whether it was reached. A mutant that Dagster does
not load, or that does not end, is caught, and told apart.

Changes of data that count nothing, such as the order of rows, are made as well: the comparison has to pass
them, and to see them with `--ordered`.

## By kind



"""
COLUMNS = (
    "| of | kind | made | effective | caught | of which does not run | equivalent | missed | false alarms |"
)


def table(found: Sequence[Outcome]) -> str:
    """A line for each kind."""
    kinds = sorted({(outcome.of, outcome.kind) for outcome in found})
    lines = [COLUMNS, f"| --- | --- |{' --: |' * 7}"]
    lines += [_line(of, kind, [o for o in found if (o.of, o.kind) == (of, kind)]) for of, kind in kinds]
    lines += [_line(of, "**all**", [o for o in found if o.of == of]) for of in GOALS]
    return "\n".join(lines)


def _line(of: str, kind: str, found: Sequence[Outcome]) -> str:
    verdicts = Counter(outcome.verdict for outcome in found)
    effective = verdicts[CAUGHT] + verdicts[MISSED]
    stopped = sum(outcome.why == NOT_RUN for outcome in found)
    rest = [verdicts[name] for name in (EQUIVALENT, MISSED, FALSE_ALARM)]
    return f"| {of} | {kind} | {' | '.join(map(str, [len(found), effective, verdicts[CAUGHT], stopped, *rest]))} |"


def page(found: Sequence[Outcome], seed: int, seconds: float) -> str:
    """The page of the docs."""
    verdicts = Counter(o.verdict for o in found if o.of != "unchanged")
    head = HEAD.format(
        seed=seed,
        made=sum(verdicts.values()),
        effective=verdicts[CAUGHT] + verdicts[MISSED],
        data=share(found, "data"),
        code=share(found, "code"),
        runs=sum(o.of == "unchanged" for o in found),
        alarms=sum(o.verdict == FALSE_ALARM for o in found) or "no",
        airflow=version("apache-airflow"),
        dagster=version("dagster"),
        pandas=version("pandas"),
        minutes=seconds / 60,
    )
    return f"{head}{table(found)}\n\n{_without(found)}{_wrong(found)}"


def _without(found: Sequence[Outcome]) -> str:
    """Mutants of code that change nothing, by reason."""
    equivalent = [o for o in found if o.of == "code" and o.verdict == EQUIVALENT]
    reasons = sorted({o.why for o in equivalent})
    text = "## Code without an effect\n"
    for why in reasons:
        places = sorted(f"- {o.kind}, `{_plain(o.place)}`" for o in equivalent if o.why == why)
        text += f"\n{why[:1].upper()}{why[1:]}:\n\n" + "\n".join(places) + "\n"
    return text


def _plain(place: str) -> str:
    return place.replace("`", "'")


def _wrong(found: Sequence[Outcome]) -> str:
    wrong = [o for o in found if o.verdict in (MISSED, FALSE_ALARM)]
    listed = "\n".join(f"- {o.verdict}: {o.kind}, `{_plain(o.place)}` {o.why}" for o in wrong)
    return f"\n## Missed\n\n{listed}\n" if wrong else ""
