"""What a converted project costs where it runs, against one that a person would write for the same functions."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from bench import processes
from bench.line import Line, Setting
from migrator.convert.pages.fixed import DEFINITIONS, PYPROJECT

MODULES, TASKS = 100, 10

DAG = """
from datetime import datetime
from airflow.decorators import dag, task

@dag(dag_id="{name}", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False)
def made():
{tasks}
{calls}

made_dag = made()
"""
TASK = """
    @task
    def step_{number}({before}):
        return [{number}, {before}]
"""

MODULE = """
import dagster as dg

SHARED = dict(key_prefix="{name}", group_name="{name}")

{assets}
job = dg.define_asset_job("{name}", selection=[{names}])
schedule = dg.ScheduleDefinition(job=job, cron_schedule="@daily")
defs = dg.Definitions(assets=[{names}], jobs=[job], schedules=[schedule])
"""
ASSET = """
@dg.asset(**SHARED{ins})
def step_{number}({before}):
    return [{number}, {before}]
"""

LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
from shop.definitions import defs
assert len(defs.get_repository_def().asset_graph.get_all_asset_keys()) == int(sys.argv[2])
"""
# Runs of the job in turn; the first of each warms up and does not count.
RUN = """
import json, sys, time, importlib, logging
logging.disable(logging.CRITICAL)
import dagster as dg
jobs = []
for folder in sys.argv[1:]:
    sys.path.insert(0, folder)
    jobs.append(importlib.import_module("shop.definitions").defs.resolve_job_def("dag_000"))
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]
times = [[] for _ in jobs]
for turn in range(8):
    for job, kept in zip(jobs, times):
        started = time.process_time()
        assert job.execute_in_process().success
        kept.append(time.process_time() - started)
print(json.dumps([min(kept[1:]) for kept in times]))
"""
IN_AIRFLOW = """
import logging, sys, time
logging.disable(logging.CRITICAL)
sys.path.insert(0, sys.argv[1])
from dag_000 import made_dag
times = []
for day in (1, 2, 3):
    started = time.process_time()
    made_dag.test()
    times.append(time.process_time() - started)
print("seconds", min(times[1:]))
"""


def lines(setting: Setting) -> Iterator[Line]:
    """Loading a thousand assets, and a run of ten."""
    place = setting.scratch / "projects"
    dags, ours, theirs = place / "dags", place / "ours", place / "theirs"
    _write(dags, theirs / "shop")
    words = [
        sys.executable,
        "-m",
        "migrator",
        "convert",
        str(dags),
        "--out",
        str(ours / "shop"),
        "--no-verify",
    ]
    processes.run(words, quiet=True)
    yield _load(ours, theirs)
    yield from _runs(setting, dags, ours, theirs)


def _load(ours: Path, theirs: Path) -> Line:
    count = MODULES * TASKS
    words = {place: [sys.executable, "-c", LOAD, str(place), str(count)] for place in (ours, theirs)}
    turns = [[processes.run(words[place], quiet=True).busy for place in (ours, theirs)] for _ in range(4)][1:]
    mine, other = (min(side) * 1000 for side in zip(*turns, strict=True))
    return Line(f"loading a converted project of {count} assets", mine, other, "one by hand", 1.2)


def _runs(setting: Setting, dags: Path, ours: Path, theirs: Path) -> Iterator[Line]:
    """In one process, in turn. Airflow's own run is that of `dag.test`, in a process of its own."""
    import json

    done = _output([sys.executable, "-c", RUN, str(ours), str(theirs)])
    mine, other = (seconds * 1000 for seconds in json.loads(done.splitlines()[-1]))
    yield Line(f"a run of a converted job of {TASKS} assets", mine, other, "one by hand", 1.1)
    corpus = setting.corpora[0]
    home = {"AIRFLOW_HOME": str(setting.scratch / "airflow-home")}
    _output([str(corpus.python), "-m", "airflow", "db", "migrate"], **home)
    tested = _output([str(corpus.python), "-c", IN_AIRFLOW, str(dags)], **home)
    airflow = float(tested.rsplit("seconds", 1)[1]) * 1000
    yield Line("the same run", mine, airflow, f"dag.test of Airflow {corpus.version}")


def _output(words: list[str], **extra: str) -> str:
    environment = processes.environment() | extra
    return subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout


def _write(dags: Path, project: Path) -> None:
    """The DAG files, and the project that a person would have written."""
    (project / "defs").mkdir(parents=True)
    dags.mkdir()
    for name, text in {
        "__init__.py": "",
        "defs/__init__.py": "",
        "definitions.py": DEFINITIONS,
        "pyproject.toml": PYPROJECT.format(name="shop", dist="shop"),
    }.items():
        (project / name).write_text(text)
    for number in range(MODULES):
        name = f"dag_{number:03}"
        (dags / f"{name}.py").write_text(_dag(name))
        (project / "defs" / f"{name}.py").write_text(_module(name))


def _dag(name: str) -> str:
    tasks = "".join(TASK.format(number=n, before=_before(n)) for n in range(TASKS))
    calls = ["    step_0_made = step_0()"]
    calls += [f"    step_{n}_made = step_{n}(step_{n - 1}_made)" for n in range(1, TASKS)]
    return dedent(DAG).format(name=name, tasks=tasks, calls="\n".join(calls))


def _module(name: str) -> str:
    assets = "".join(ASSET.format(number=n, before=_before(n), ins=_ins(name, n)) for n in range(TASKS))
    names = ", ".join(f"step_{n}" for n in range(TASKS))
    return MODULE.format(name=name, assets=assets, names=names)


def _before(number: int) -> str:
    return f"step_{number - 1}" if number else ""


def _ins(name: str, number: int) -> str:
    key = f'dg.AssetIn(key=["{name}", "{_before(number)}"])'
    return f', ins={{"{_before(number)}": {key}}}' if number else ""
