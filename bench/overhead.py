"""Both systems on one small DAG through `migrate compare`, against the same runs in each system alone.

What is added: a folder for each side, processes that a run may not bring down, records of all values, the comparison.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import chdir
from datetime import date, timedelta
from pathlib import Path

from bench import processes
from bench.line import Line, Setting
from migrator.parity.dagster_side import WORKER
from migrator.runtime import airflow_client

ALONE = Path(__file__).parent / "alone"
PROBE = Path(airflow_client.__file__).with_name("airflow_probe.py")
RUNS = (10, 100)
TARGET = 1.1  # at a hundred runs
FIRST = date(2024, 1, 1)


def lines(setting: Setting) -> Iterator[Line]:
    """Processor time of all processes, and time; the target is that of the most runs."""
    place = setting.scratch / "overhead"
    dags = place / "dags"
    dags.mkdir(parents=True)
    (dags / "small.py").write_text((ALONE / "small.py").read_text(encoding="utf-8"), encoding="utf-8")
    twin = place / "twin"
    _run("-m", "migrator", "convert", str(dags), "--out", str(twin))
    for runs in RUNS:
        days = [FIRST + timedelta(days=number) for number in range(runs + 1)]
        ours = _through_compare(place, days)
        airflow, dagster = _in_airflow(place, days), _in_dagster(place, days)
        what, most = f"compare {runs} runs of 4 tasks", TARGET if runs == RUNS[-1] else None
        busy = (airflow.busy + dagster.busy) * 1000
        yield Line(f"{what}: processor", ours.busy * 1000, busy, "each system alone", most)
        waited = (airflow.seconds + dagster.seconds) * 1000
        yield Line(f"{what}: time", ours.seconds * 1000, waited, "each system alone", most)


def _run(*words: str, cwd: Path | None = None) -> processes.Run:
    home, path = str((cwd or Path()).resolve() / "airflow_home"), os.path.dirname(ALONE.parent)
    with chdir(cwd or Path()):
        return processes.run([sys.executable, *words], quiet=True, PYTHONPATH=path, AIRFLOW_HOME=home)


def _through_compare(place: Path, days: list[date]) -> processes.Run:
    asked = ["--dates", f"{days[0]}..{days[-2]}", "--airflow-python", sys.executable, "--format", "json"]
    return _run("-m", "migrator", "compare", str(place / "twin"), "--dags", str(place / "dags"), *asked)


def _in_airflow(place: Path, days: list[date]) -> processes.Run:
    here = place / f"airflow-{len(days)}"
    here.mkdir()
    file, dates = place / "dags" / "small.py", [str(day) for day in days[:-1]]
    return _run(
        str(ALONE / "airflow_alone.py"), str(PROBE), str(file.parent), str(file), "small", *dates, cwd=here
    )


def _in_dagster(place: Path, days: list[date]) -> processes.Run:
    here = place / f"dagster-{len(days)}"
    here.mkdir()
    entry = json.loads((place / "twin" / "migration.json").read_text(encoding="utf-8"))["dags"]["small"]
    ends = [f"{day}T00:00:00+00:00" for day in days]
    runs = [{"interval": [ends[n], ends[n + 1]]} for n in range(len(ends) - 1)]
    request = {"project": str(place / "twin"), "deployed": False, "entry": entry, "runs": runs}
    (here / "request.json").write_text(json.dumps(request), encoding="utf-8")
    return _run(str(ALONE / "dagster_alone.py"), str(WORKER), str(here / "request.json"), cwd=here)
