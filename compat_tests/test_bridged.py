"""A DAG of native and bridged tasks does in Dagster what it does in Airflow, with one Airflow for each run."""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from compat_tests.mail_server import Mailbox, mail_server
from compat_tests.sides import AIRFLOW2, AIRFLOW3, ROOT, compare, not_passing
from migrator import plan as plans
from migrator.convert import convert_project
from migrator.emit.write import write
from migrator.ir.schedule import is_airflow3
from migrator.parity.result import Result
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, Plan, SandboxPlan
from migrator.scan import scan

DAGS = ROOT / "compat_tests" / "bridged_dags"
DATES = ("2024-01-03", "2024-01-04")  # on the second, a task is skipped and the branch goes the other way
NATIVE = {
    "orders",
    "totals",
    "after_sometimes",
    "summary",
    "stays_away",
    "delta",
    "full.load",
    "meet",
    "counts",
    "pick",
    "route",
    "sometimes",
    "clean_up",
    "alarm",
}


@dataclass
class Compared:
    """What one Airflow and Dagster did. `work` is the folder of the runs."""

    results: dict[tuple[str, str], Result]
    dispositions: dict[str, str]
    mailbox: Mailbox
    work: Path


@pytest.fixture(scope="module", params=[AIRFLOW2, AIRFLOW3], ids=["airflow 2", "airflow 3"])
def compared(request: pytest.FixtureRequest) -> Iterator[Compared]:
    with tempfile.TemporaryDirectory(prefix="migrate-bridged-") as folder, mail_server() as mailbox:
        work = Path(folder)
        project = scan([DAGS])[0]
        new = is_airflow3("3" if request.param == AIRFLOW3 else "2")
        made = convert_project(
            project, plans.Plan(), lifts(project, str(DAGS)), name="converted", airflow3=new
        )
        write(work / "converted", made.files, made.manifest)
        plan = Plan(
            sandbox=SandboxPlan(env=environment(mailbox)), dags={"shop": DagPlan(conf={"region": "us"})}
        )
        results = compare(
            *(work / "converted", request.param, work / "runs"),
            dags=DAGS,
            dag_ids=("shop", "mapped_b", "ten"),
            dates=DATES,
            plan=plan,
        )
        tasks = made.manifest.dags["shop"].tasks
        yield Compared(results, {i: t.disposition for i, t in tasks.items()}, mailbox, work / "runs")


def environment(mailbox: Mailbox) -> dict[str, str]:
    mail = f"smtp://127.0.0.1:{mailbox.port}/?disable_ssl=true&disable_tls=true&from_email=shop%40example.org"
    return {
        "AIRFLOW_CONN_SHOP": "http://ada:secret@shop",
        "AIRFLOW_VAR_SHOP_NAME": "corner",
        "AIRFLOW_CONN_SMTP_DEFAULT": mail,
    }


def test_only_what_has_no_native_form_is_bridged(compared: Compared) -> None:
    assert {i for i, what in compared.dispositions.items() if what == "native"} == NATIVE
    assert set(compared.dispositions.values()) == {"native", "bridged"}


@pytest.mark.parametrize("date", DATES)
def test_both_systems_do_the_same(compared: Compared, date: str) -> None:
    result = compared.results["shop", date]
    assert not_passing(result) == []
    states = {task.task_id: task.states for task in result.tasks}
    assert states["breaks"] == ("failed", "failed")
    assert states["sometimes"][0] == ("skipped" if date == "2024-01-04" else "success")


def test_all_instances_of_a_mapped_task_run_in_one_step(compared: Compared) -> None:
    result = compared.results["mapped_b", DATES[0]]
    assert not_passing(result) == []
    states = [(task.map_index, *task.states) for task in result.tasks if task.task_id == "three"]
    assert sorted(states) == [(0, "success", "success"), (1, "failed", "failed")]


def test_both_have_sent_the_same_mail(compared: Compared) -> None:
    def worth_telling(message: str) -> str:
        return re.sub(r"boundary=.*|--=+.*|Date:.*|Message-ID:.*", "", message, flags=re.IGNORECASE)

    sent = [worth_telling(message) for message in compared.mailbox.messages]
    assert len(sent) == 2 * len(DATES) and len(set(sent)) == len(DATES)
    assert any("Subject: 2024-01-03: 3 rows" in message for message in sent)


def test_ten_bridged_tasks_start_airflow_once(compared: Compared) -> None:
    records = sorted(compared.work.glob("*/ten/dagster/**/record.json"))
    assert records
    for record in records:
        tasks = json.loads(record.read_text())["tasks"]
        pids = {t["xcoms"]["return_value"]["json"] for t in tasks if t["task_id"].startswith("task_")}
        assert len(tasks) == 11 and len(pids) == 1
