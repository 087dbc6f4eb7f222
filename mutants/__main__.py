"""`make mutants`: does the comparison see what goes wrong, and stay silent where nothing does?

Small mistakes are made in the converted DAGs and in what runs have left behind, by chance with a seed. An oracle that
shares no code with the comparison says which of them have an effect. Exit 1 below the goals.
"""

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory

import click

from mutants import pages
from mutants.lane import Lane, serve
from mutants.outcome import FALSE_ALARM, MISSED, Outcome, short_of
from mutants.stage import ROOT

# First days, how many, and how many there are: those on which something happens in the bundled data.
DATES = {
    "order_pipeline": ("2024-01-03", 2, 99),
    "order_analytics": ("2024-01-03", 2, 99),
    "etl_ops": ("2024-01-03", 3, 99),
    "daily_orders": ("2024-03-30", 2, 99),
    "regional_orders": ("2024-03-30", 2, 99),
    "order_files": ("2024-03-29", 2, 5),  # it waits for files, and on other days for ever
    "refresh_catalog": ("2024-03-30", 2, 99),
    "page_views_daily": ("2024-03-30", 2, 99),
}
FURTHER = 15  # days without mutants, after those of the mutants


@click.command()
@click.option("--mutants", default=14, show_default=True, help="Of the code of each DAG, at most.")
@click.option("--more", default=6, show_default=True, help="Further days for those without an effect.")
@click.option("--dag", "dag_ids", multiple=True, type=click.Choice(list(DATES)), help="One DAG. Repeatable.")
@click.option("--seed", default=1, show_default=True, help="Of the chance that chooses.")
@click.option("--jobs", default=2, show_default=True, help="Processes, each with an Airflow of its own.")
@click.option("--work", type=Path, help="Keeps what is finished here: what was cut goes on from there.")
@click.option("--write", is_flag=True, help=f"Write docs/{pages.PAGE.name}.")
def main(
    mutants: int, more: int, dag_ids: tuple[str, ...], seed: int, jobs: int, work: Path | None, write: bool
) -> None:
    """Make mutants, run them, and say which were caught."""
    began, found = time.monotonic(), list[Outcome]()
    with ExitStack() as leaving:
        place = work or Path(leaving.enter_context(TemporaryDirectory(prefix="migrate-mutants-")))
        for outcome in _outcomes(_lanes(dag_ids or tuple(DATES), mutants, more, seed, jobs, place.resolve())):
            found.append(outcome)
            if outcome.verdict in (MISSED, FALSE_ALARM):
                click.echo(f"{outcome.verdict}: {outcome.kind} at {outcome.place} {outcome.why}", err=True)
            elif len(found) % 25 == 0:
                click.echo(f"{time.monotonic() - began:6.0f} s  {len(found)} judged", err=True)
    click.echo(pages.table(found))
    if write:
        pages.PAGE.write_text(pages.page(found, seed, time.monotonic() - began), encoding="utf-8")
    short = short_of(found, whole=not dag_ids)
    for goal in short:
        click.echo(f"not reached: {goal}", err=True)
    sys.exit(1 if short else 0)


def _lanes(dag_ids: tuple[str, ...], mutants: int, more: int, seed: int, jobs: int, work: Path) -> list[Lane]:
    parts = [part for number in range(jobs) if (part := dag_ids[number::jobs])]
    return [
        Lane(
            {d: _days(d, 0, DATES[d][1]) for d in part},
            {d: _days(d, DATES[d][1], more) for d in part},
            {d: days for d in part if (days := _days(d, DATES[d][1] + more, FURTHER))},
            mutants,
            seed,
            work / _version(seed, more) / str(number),
        )
        for number, part in enumerate(parts)
    ]


def _version(seed: int, more: int) -> str:
    """What is kept holds for this code alone."""
    told = hashlib.sha256(f"{seed} {more}".encode())
    for folder in ("mutants", "migrator", "dagster_defs", "airflow_dags", "fixtures"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                told.update(str(path).encode() + path.read_bytes())
    return told.hexdigest()[:12]


def _outcomes(lanes: list[Lane]) -> Iterator[Outcome]:
    """All of them, from processes that share the DAGs."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[Outcome | str | None] = context.Queue()
    processes = [context.Process(target=serve, args=(lane, queue), daemon=False) for lane in lanes]
    for process in processes:
        process.start()
    running = len(lanes)
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


def _days(dag_id: str, after: int, count: int) -> list[str]:
    """So many days, from so many after the first."""
    first, _, most = DATES[dag_id]
    begin = date.fromisoformat(first)
    return [str(begin + timedelta(day)) for day in range(after, min(after + count, most))]


if __name__ == "__main__":
    main()
