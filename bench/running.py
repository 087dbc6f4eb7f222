"""The same day of `order_analytics` at a million orders: Airflow, both phases of Dagster, and a script without either.

Each way is a process of its own, from the start of its interpreter to its end, and all have to write the same bytes.
What a way costs however small the shop is, its fixed part, is measured on a shop of a thousand orders.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import processes
from bench.line import Setting
from scripts.environments import ROOT

DAY = "2024-03-31"
SMALL, LARGE = 1_000, 1_000_000  # orders
BARE, AIRFLOW, IN_PROCESS = "by_hand", "airflow", "in_process"
APART = "phase_one"  # its tasks run in an Airflow that stays for the next run
WAYS = {
    BARE: "functions of pandas, by hand",
    IN_PROCESS: "converted, in process",
    AIRFLOW: "Airflow, a scheduled run by the probe",
    "multiprocess": "converted, a process for each step",
    APART: "phase 1: the unchanged DAG as a job",
}
HEAD = f"{'order_analytics':<40}{'wall':>9}{'processor':>11}{'memory':>10}{'fixed':>9}{'by hand':>10}  target"
MOST_OF_BARE, MOST_OF_AIRFLOW = 1.5, 0.5


@dataclass(frozen=True)
class Told:
    """A line of the table; not all are measurements."""

    line: str
    missed: bool = False

    def text(self) -> str:
        """The line."""
        return self.line + (" MISSED" if self.missed else "")


@dataclass(frozen=True)
class Way:
    """One way, on the small and on the large shop. Ratios are of processor time, and leave the fixed part out."""

    name: str
    small: processes.Run
    large: processes.Run

    @property
    def work(self) -> float:
        """Seconds of processor time that the million orders cost."""
        return self.large.busy - self.small.busy


def lines(setting: Setting) -> Iterator[Told]:
    """The table. Its order is that of `WAYS`."""
    rows = min(setting.rows, LARGE)
    shops = {size: _shop(setting.scratch, size) for size in (SMALL, rows)}
    yield Told(f"one day of {rows} orders; `fixed` is the processor time of a day of {SMALL}")
    yield Told(HEAD)
    found: dict[str, Way] = {}
    reports: dict[str, dict[str, bytes]] = {}
    for name in WAYS:
        _run(name, shops[SMALL], setting.scratch)  # makes what stays between runs
        runs = {size: _run(name, shop, setting.scratch) for size, shop in shops.items()}
        reports[name] = runs[rows][1]
        found[name] = Way(name, runs[SMALL][0], runs[rows][0])
        yield _row(found[name], found[BARE])
    wrong = [name for name, files in reports.items() if files != reports[BARE] or not files]
    yield Told(
        f"reports are the same bytes in all: {'no: ' + ', '.join(wrong) if wrong else 'yes'}", bool(wrong)
    )
    ours = found[IN_PROCESS]
    yield _target(
        "the processor time by hand, both without what is fixed", ours.work / found[BARE].work, MOST_OF_BARE
    )
    yield _target(
        "the processor time of Airflow", ours.large.busy / found[AIRFLOW].large.busy, MOST_OF_AIRFLOW
    )


def _row(way: Way, bare: Way) -> Told:
    run = way.large
    if way.name == APART:  # what its tasks cost is not in the tree of its processes
        return Told(f"{WAYS[way.name]:<40}{run.seconds:>7.1f} s{'-':>9}  {'-':>8}  {'-':>7}  {'-':>8}")
    numbers = f"{run.seconds:>7.1f} s{run.busy:>9.1f} s{run.megabytes:>7.0f} MB{way.small.busy:>7.1f} s"
    return Told(f"{WAYS[way.name]:<40}{numbers}{way.work / bare.work:>8.2f} x")


def _target(what: str, ratio: float, most: float) -> Told:
    return Told(f"converted, in process: {ratio:.2f} x {what}  <= {most:g}", ratio > most)


def _shop(scratch: Path, rows: int) -> Path:
    """What the generator writes, without what this DAG does not read."""
    out = scratch / f"shop-{rows}"
    words = [sys.executable, "-m", "fixtures.generate", "--rows", str(rows), "--out", str(out)]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return out


def _run(way: str, shop: Path, scratch: Path) -> tuple[processes.Run, dict[str, bytes]]:
    """What it cost, and the reports that it wrote."""
    home = scratch / way
    for name in ("airflow", "dagster", "tables"):
        (home / name).mkdir(parents=True, exist_ok=True)
    data = home / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    for name in ("orders.csv", "products.csv"):
        os.link(shop / name, data / name)
    env: dict[str, Any] = {
        "ORDERS_DATA_DIR": str(data),
        "ORDERS_TABLES": str(home / "tables"),
        "AIRFLOW_HOME": str(home / "airflow"),
        "DAGSTER_HOME": str(home / "dagster"),
        "AIRFLOW_PYTHON": sys.executable,
        "AIRFLOW_DAGS_FOLDER": str(ROOT / "airflow_dags"),
        "PYTHONPATH": str(ROOT),
    }
    words = ["bench.by_hand", DAY] if way == BARE else ["bench.one_run", way, DAY]
    done = processes.run([sys.executable, "-m", *words], quiet=True, **env)
    reports = {path.parent.name: path.read_bytes() for path in sorted((data / "out").glob(f"*/{DAY}.csv"))}
    shutil.rmtree(data)
    return done, reports
