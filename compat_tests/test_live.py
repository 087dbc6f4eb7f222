"""`migrate compare --live` against an Airflow and a Dagster that run: what waits, what is equal, what differs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from compat_tests.sides import AIRFLOW2, AIRFLOW3, ROOT
from migrator import plan as plans
from migrator.services.airflow import interpreter
from migrator.services.check import AirflowApi, Check, run_in_dagster
from migrator.services.supervisor import Supervisor
from migrator.services.up import Settings, Stack, stack

DAG = '''"""Three nights of a shop."""

import os
from datetime import datetime
from pathlib import Path

from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), end_date=datetime(2024, 1, 3), catchup=True)
def nightly():
    @task
    def write(ds=None):
        out = Path(os.environ["OUT_DIR"])
        out.mkdir(parents=True, exist_ok=True)
        (out / f"total_{ds}.csv").write_text(f"day,number\\n{ds},{int(ds[-2:])}\\n")

    write()


nightly()
'''
WATCHED = DAG.replace("nightly", "watched").replace("Three nights", "One night").replace("1, 3)", "1, 1)")
PLAN = """
sandbox:
  env:
    OUT_DIR: "{sandbox}/out"
dags:
  nightly:
    outputs: ["out/total_*.csv"]
  watched:
    outputs: ["out/watched_*.csv"]
"""


@dataclass(frozen=True)
class Pair:
    """The two systems, and where all of it is."""

    made: Stack
    supervisor: Supervisor
    folder: Path

    def command(self, dag_id: str, *more: str) -> list[str]:
        """The comparison of a DAG, which remembers what it has compared."""
        made, here = self.made, self.folder
        command = [sys.executable, "-m", "migrator", "compare", str(here / "project"), "--live"]
        command += ["--dag", dag_id, "--plan", str(here / "migrate.yaml"), "--since", "2024-01-01"]
        command += ["--airflow-url", made.airflow.url, "--memory-at", str(here / f"{dag_id}.sqlite")]
        for side in ("airflow", "dagster"):
            command += [f"--{side}-files", str(here / "work" / side / "sandbox")]
        return [*command, "--format", "json", *more]

    @property
    def environment(self) -> dict[str, str]:
        """With the logins."""
        login = {"MIGRATE_AIRFLOW_USER": "admin", "MIGRATE_AIRFLOW_PASSWORD": self.made.airflow.password}
        return {**os.environ, **login, **self.made.dagster.env()}

    def look(self, *more: str) -> tuple[int, dict[str, Any]]:
        """Exit status and the DAG's part of the report."""
        done = subprocess.run(
            self.command("nightly", *more), cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.stdout, done.stderr
        assert self.made.airflow.password not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)["dags"][0]

    def make(self, partition: str, dag_id: str = "nightly") -> None:
        """Dagster's run of it."""
        at = self.made.dagster.locations[0]
        check = Check(dag_id, look=self.supervisor.look)
        assert run_in_dagster(self.made.dagster, at, dag_id, check, partition).well


@pytest.fixture(scope="module", params=[AIRFLOW2, AIRFLOW3], ids=["Airflow 2.11", "Airflow 3"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both systems, with three nights done in Airflow."""
    here = tmp_path_factory.mktemp("live")
    (here / "dags").mkdir()
    (here / "dags" / "nightly.py").write_text(DAG)
    (here / "dags" / "watched.py").write_text(WATCHED.replace("total_", "watched_"))
    (here / "migrate.yaml").write_text(PLAN)
    convert = ["convert", str(here / "dags"), "--out", str(here / "project")]
    command = [sys.executable, "-m", "migrator", *convert, "--plan", str(here / "migrate.yaml")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    plan = plans.read(here / "migrate.yaml")
    settings = Settings(
        interpreter(request.param),
        sys.executable,
        here / "dags",
        (here / "project",),
        here / "work",
        plan,
        here,
        sqlite=True,
    )
    with (
        stack(settings) as made,
        Supervisor(made.services, here / "logs", os.environ, lambda name, line: None) as supervisor,
    ):
        assert supervisor.start()
        api, check = AirflowApi(made.airflow), Check("nightly", look=supervisor.look)

        def knows(dag_id: str) -> bool | None:
            return api.knows(dag_id, f"{dag_id}.py") or None

        nights = {"nightly": 3, "watched": 1}
        for dag_id in nights:
            check.until("reading", partial(knows, dag_id))
            api.ask(f"/dags/{dag_id}", {"is_paused": False}, "PATCH")

        def done() -> bool:
            runs = {dag_id: api.ask(f"/dags/{dag_id}/dagRuns")["dag_runs"] for dag_id in nights}
            return all([run["state"] for run in runs[each]] == ["success"] * nights[each] for each in nights)

        check.until("all runs", done)
        yield Pair(made, supervisor, here)


def verdicts(found: dict[str, Any]) -> list[str]:
    return [each["verdict"] for each in found["intervals"]]


def test_each_finished_interval_is_compared_once_and_those_in_a_row_are_counted(pair: Pair) -> None:
    url = ("--dagster-url", pair.made.dagster.url)
    status, found = pair.look(*url)
    assert (status, verdicts(found), found["equal_in_a_row"]) == (1, ["waiting"] * 3, 0)

    pair.make("2024-01-01")
    pair.make("2024-01-02")
    status, found = pair.look(*url)
    assert (status, verdicts(found)) == (0, ["equal", "equal", "waiting"]), found
    assert found["equal_in_a_row"] == 2
    names = {item["name"] for item in found["intervals"][0]["result"]["items"]}
    assert {"state of the run", "out/total_2024-01-01.csv"} <= names

    # a file that changes after its interval was compared: it is compared again once a side runs again
    shadow = pair.folder / "work" / "dagster" / "sandbox" / "out" / "total_2024-01-02.csv"
    good = shadow.read_text()
    pair.make("2024-01-03")
    shadow.with_name("total_2024-01-03.csv").write_text(good)
    at = [each["compared_at"] for each in found["intervals"][:2]]
    status, found = pair.look()  # by the instance, without a server
    assert (status, verdicts(found)) == (1, ["equal", "equal", "different"]), found
    assert [each["compared_at"] for each in found["intervals"][:2]] == at
    assert "total_2024-01-03.csv" in found["intervals"][2]["detail"]

    pair.make("2024-01-03")
    status, found = pair.look()
    assert (status, found["equal_in_a_row"]) == (0, 3), found


def reports(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The only interval of each report, as they are printed one after the other."""
    text = ""
    for line in lines:
        text += line
        if line == "}\n":
            [found], text = json.loads(text)["dags"][0]["intervals"], ""
            yield found


def test_an_interval_that_ends_while_one_watches_is_compared_once(pair: Pair) -> None:
    asked = pair.command("watched", "--watch", "--every", "1", "--dagster-url", pair.made.dagster.url)
    with subprocess.Popen(
        asked, cwd=ROOT, env=pair.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = reports(process.stdout)
            assert next(told)["verdict"] == "waiting"
            pair.make("2024-01-01", "watched")
            first = next(each for each in told if each["verdict"] != "waiting")
            later = [next(told) for _ in range(3)]
            process.send_signal(signal.SIGINT)
            printed, complaint = process.communicate()
        finally:
            process.kill()
    assert first["verdict"] == "equal", first
    assert later == [first] * 3  # with the moment at which it was compared
    assert (process.returncode, complaint.splitlines()[-1]) == (0, "stopped"), complaint
    assert "Traceback" not in printed + complaint
