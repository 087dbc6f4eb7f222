"""`make fuzz`: whether a scan keeps its promises for files that nobody should have written, until the time is up.

Whatever breaks one is kept, shrunk where that is possible; the same seed gives the same files.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from fuzz import rounds
from fuzz.promises import Fault, scanned
from fuzz.seeds import installed
from fuzz.shrink import shrunk
from fuzz.watch import Watch


@click.command()
@click.option("--seconds", default=600.0, show_default=True, help="When to stop.")
@click.option("--seed", default=1, show_default=True, help="Of the chance that makes mutants.")
@click.option("--mutants", default=10_000, show_default=True, help="How many, at most.")
@click.option("--files", default=100_000, show_default=True, help="How many installed files, at most.")
@click.option("--limit", default=30.0, show_default=True, help="Seconds of processor time for one file.")
@click.option("--bombs/--no-bombs", default=True, help="Whether bombs and obstacles are scanned first.")
@click.option("--keep", type=click.Path(path_type=Path), help="Put what broke a promise into this folder.")
def main(
    seconds: float, seed: int, mutants: int, files: int, limit: float, bombs: bool, keep: Path | None
) -> None:
    """Exit 1 when a promise was broken."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        watch = Watch(folder / "told")
        watch.start()
        bench = rounds.Bench(folder / "bench", watch, limit)
        for name, done in _all(bench, seed, mutants, files, bombs):
            click.echo(
                f"{time.monotonic() - began:7.1f} s  {name}: {done}; faults so far: {len(bench.faults)}"
            )
            if time.monotonic() - began > seconds:
                break
        _report(bench, keep)
    sys.exit(1 if bench.faults else 0)


def _all(bench: rounds.Bench, seed: int, count: int, files: int, bombs: bool) -> Iterator[tuple[str, int]]:
    if bombs:
        rounds.bomb_round(bench)
        yield "bombs", bench.files
        rounds.obstacle_round(bench)
        yield "obstacles", 1
    chosen = random.Random(seed)
    paths = installed()
    chosen.shuffle(paths)
    streams = {
        "mutants": rounds.mutant_rounds(bench, count, random.Random(seed)),
        "installed files": rounds.installed_rounds(bench, paths[:files], chosen),
    }
    done = Counter(dict.fromkeys(streams, 0))
    while streams:
        for name in list(streams):
            if (found := next(streams[name], None)) is None:
                del streams[name]
                continue
            done[name] += found
            yield name, done[name]


def _report(bench: rounds.Bench, keep: Path | None) -> None:
    for kind, count in Counter(fault.kind for fault, _ in bench.faults).most_common():
        click.echo(f"{count:5} x {kind}")
    for number, (fault, text) in enumerate(bench.faults):
        click.echo(f"--- {number} {fault.kind} {fault.file}\n{fault.detail}")
        if keep is not None and text:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{number}.py").write_bytes(text)
            (keep / f"{number}.small.py").write_bytes(_shrunk(bench, fault, text))
    ours, theirs = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    click.echo(f"files: {bench.files}, DAGs converted: {bench.converted}, faults: {len(bench.faults)}")
    click.echo(f"most memory of the main process: {ours} MB, of a process that reads: {theirs} MB")


def _shrunk(bench: rounds.Bench, fault: Fault, text: bytes) -> bytes:
    """The part of the text that has the same fault in a folder of its own; all of it when it has none there."""
    place = bench.fresh("shrinking")

    def breaks(data: bytes) -> bool:
        (place / "file.py").write_bytes(data)
        found = scanned([place / "file.py"], jobs=1, seconds=bench.seconds).faults
        return any((f.kind, f.detail) == (fault.kind, fault.detail) for f in found)

    return shrunk(text, breaks) if breaks(text) else text


if __name__ == "__main__":
    main()
