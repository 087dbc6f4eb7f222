"""`make bench`: how fast, as ratios within one run, so that the figures mean the same on any machine.

Each ratio is one of ours over something that everybody knows, on the same files. Both sides run in turn, several times,
and the least time of each counts. A target that is missed is marked, and the command then ends with 1.
"""

import sys
import tempfile
from pathlib import Path

import click

from bench import comparing, converting, overhead, reading, running, scaling, starting
from bench.line import HEAD, Setting
from bench.repeated import texts
from scripts.corpora import corpora

PARTS = {
    "reading": reading,
    "scaling": scaling,
    "converting": converting,
    "starting": starting,
    "comparing": comparing,
    "running": running,
    "overhead": overhead,
}


@click.command()
@click.option(
    "--rounds", default=5, show_default=True, help="How often each side of a short measurement runs."
)
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="One part; may be given again.")
@click.option("--files", default=100_000, show_default=True, help="The largest folder that is scanned.")
@click.option(
    "--rows",
    default=10_000_000,
    show_default=True,
    help="The largest table that is compared; of orders, a million at most.",
)
def main(rounds: int, only: tuple[str, ...], files: int, rows: int) -> None:
    """Print one line for each ratio."""
    click.echo(HEAD)
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        found = corpora()
        setting = Setting(found, texts(found, Path(scratch) / "examples"), Path(scratch), rounds, files, rows)
        for name in only or PARTS:
            for line in PARTS[name].lines(setting):
                click.echo(line.text())
                missed += line.missed
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
