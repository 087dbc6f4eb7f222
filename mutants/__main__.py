"""`make mutants`: does the comparison see what goes wrong, and stay silent where nothing does?

Small mistakes are made in the converted DAGs and in what runs have left behind, by chance with a seed. An oracle that
shares no code with the comparison says which of them have an effect. Exit 1 below the goals.
"""

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

import click

from mutants import lane as lanes
from mutants.lane import CAUGHT, EQUIVALENT, FALSE_ALARM, MISSED, Lane, Outcome

PAGE = Path(__file__).resolve().parent.parent / "docs" / "mutants.md"
# First days, and how many: those on which something happens in the bundled data.
DATES = {
    "order_pipeline": ("2024-01-03", 2),
    "order_analytics": ("2024-01-03", 2),
    "etl_ops": ("2024-01-03", 3),
    "daily_orders": ("2024-03-30", 2),
    "regional_orders": ("2024-03-30", 2),
    "order_files": ("2024-03-29", 2),
    "refresh_catalog": ("2024-03-30", 2),
    "page_views_daily": ("2024-03-30", 2),
}
GOALS = {"data": 1.0, "code": 0.98}
HEAD = """# Does the comparison see mistakes?

`make mutants` makes small mistakes in the converted DAGs of the bundled platform and in what runs have left behind,
by chance with seed {seed}, and compares with what Airflow 2.11 did. Which mistakes have an effect is said by an oracle
that shares no code with the comparison. Of the effective ones {data:.1%} of those in data and {code:.1%} of those in
code were caught; the goals are 100 % and 98 %, and no false alarm.

"""


@click.command()
@click.option("--mutants", default=30, show_default=True, help="Of the code of each DAG, at most.")
@click.option(
    "--more", default=24, show_default=True, help="Further dates, for unchanged runs and equivalents."
)
@click.option("--dag", "dag_ids", multiple=True, type=click.Choice(list(DATES)), help="One DAG. Repeatable.")
@click.option("--seed", default=1, show_default=True, help="Of the chance that chooses.")
@click.option("--jobs", default=2, show_default=True, help="Processes, each with an Airflow of its own.")
@click.option("--write", is_flag=True, help=f"Write docs/{PAGE.name}.")
def main(mutants: int, more: int, dag_ids: tuple[str, ...], seed: int, jobs: int, write: bool) -> None:
    """Make mutants, run them, and say which were caught."""
    began, found = time.monotonic(), list[Outcome]()
    for outcome in _outcomes(dag_ids or tuple(DATES), mutants, more, seed, jobs):
        found.append(outcome)
        if outcome.verdict in (MISSED, FALSE_ALARM):
            click.echo(f"{outcome.verdict}: {outcome.kind} at {outcome.place} {outcome.why}", err=True)
        elif len(found) % 25 == 0:
            click.echo(f"{time.monotonic() - began:6.0f} s  {len(found)} judged", err=True)
    text = table(found)
    click.echo(text)
    if write:
        PAGE.write_text(page(found, seed), encoding="utf-8")
    sys.exit(0 if reached(found) else 1)


def _outcomes(dag_ids: tuple[str, ...], mutants: int, more: int, seed: int, jobs: int) -> Iterator[Outcome]:
    """All of them, from processes that share the DAGs."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[Outcome | str | None] = context.Queue()
    parts = [part for number in range(jobs) if (part := dag_ids[number::jobs])]
    processes = []
    for part in parts:
        dates, further = {d: _days(d, 0) for d in part}, {d: _days(d, more) for d in part}
        made = Lane(dates, further, mutants, seed)
        processes.append(context.Process(target=lanes.serve, args=(made, queue), daemon=False))
        processes[-1].start()
    running = len(parts)
    while running:
        try:
            told = queue.get(timeout=5)
        except Empty:
            if not any(process.is_alive() for process in processes):
                raise click.ClickException("the processes ended without a word") from None
            continue
        if told is None:
            running -= 1
        elif isinstance(told, str):
            raise click.ClickException(told)
        else:
            yield told
    for process in processes:
        process.join()


def _days(dag_id: str, more: int) -> list[str]:
    """The days of the mutants, or so many after them."""
    first, count = DATES[dag_id]
    begin = date.fromisoformat(first)
    days = range(count, count + more) if more else range(count)
    return [str(begin + timedelta(day)) for day in days]


def reached(found: list[Outcome]) -> bool:
    """Whether the goals are: all wrong data and 98 % of wrong code is caught, and no alarm is false."""
    return all(_share(found, of) >= goal for of, goal in GOALS.items()) and not any(
        outcome.verdict == FALSE_ALARM for outcome in found
    )


def _share(found: list[Outcome], of: str) -> float:
    verdicts = Counter(outcome.verdict for outcome in found if outcome.of == of)
    effective = verdicts[CAUGHT] + verdicts[MISSED]
    return verdicts[CAUGHT] / effective if effective else 0.0


def table(found: list[Outcome]) -> str:
    """A line for each kind."""
    lines = [
        "| of | kind | made | caught | equivalent | missed | false alarms |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    kinds = sorted({(outcome.of, outcome.kind) for outcome in found})
    for of, kind in kinds:
        lines.append(_line(of, kind, [o for o in found if (o.of, o.kind) == (of, kind)]))
    for of in GOALS:
        lines.append(_line(of, "**all**", [o for o in found if o.of == of]))
    return "\n".join(lines)


def _line(of: str, kind: str, found: list[Outcome]) -> str:
    verdicts = Counter(outcome.verdict for outcome in found)
    counts = [len(found), *(verdicts[name] for name in (CAUGHT, EQUIVALENT, MISSED, FALSE_ALARM))]
    return f"| {of} | {kind} | {' | '.join(map(str, counts))} |"


def page(found: list[Outcome], seed: int) -> str:
    """The page of the docs."""
    head = HEAD.format(seed=seed, data=_share(found, "data"), code=_share(found, "code"))
    equivalent = [o for o in found if o.of == "code" and o.verdict == EQUIVALENT]
    listed = "\n".join(f"- {o.kind}, `{o.place}`: {o.why}" for o in sorted(equivalent, key=lambda o: o.place))
    missed = [o for o in found if o.verdict in (MISSED, FALSE_ALARM)]
    wrong = "\n".join(f"- {o.verdict}: {o.kind}, `{o.place}` {o.why}" for o in missed)
    text = f"{head}{table(found)}\n\n## Without an effect\n\n{listed}\n"
    return f"{text}\n## Missed\n\n{wrong}\n" if wrong else text


if __name__ == "__main__":
    main()
