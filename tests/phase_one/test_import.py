"""What `migrate import` writes: text, names, schedules, and a finding for each thing that is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from migrator.convert.names import job_names, module_names
from migrator.errors import UsageError
from migrator.findings import Finding
from migrator.ir import (
    Code,
    Continuous,
    Cron,
    Crons,
    Custom,
    Dag,
    Every,
    Literal,
    Manual,
    Once,
    OnDatasets,
    OnDatasetsOrTime,
    Origin,
    Project,
    Sequence,
    Task,
    Template,
    UnknownSchedule,
    Value,
)
from migrator.phase_one import import_project, lift, losses
from migrator.phase_one.package import interpreter_files, relative
from migrator.phase_one.timing import as_cron, start
from tests.phase_one.conftest import DAGS, Imported, migrate

HERE = Origin("team a/orders.py", 3)
START = "2024-01-01T10:30:00+00:00"


def dag(dag_id: str = "orders", *tasks: Task, **more: object) -> Dag:
    return Dag(dag_id, HERE, tasks=tasks, **more)  # type: ignore[arg-type]


def task(task_id: str, *upstream: str, operator: str = "PythonOperator", **more: object) -> Task:
    return Task(task_id, operator, HERE, upstream=frozenset(upstream), **more)  # type: ignore[arg-type]


def codes(found: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


def imported_files(*dags: Dag, **options: str) -> tuple[dict[str, str], list[Finding]]:
    project = Project("dags", dags, airflow="2.11.2")
    files, _, findings = import_project(project, mode=options.pop("mode", "interpreter"), **options)  # type: ignore[arg-type]
    return files, findings


# ------------------------------------------------------------------ text
def test_a_module_reads_like_the_dag() -> None:
    tasks = (
        task("extract", retries=2, retry_delay=60.0),
        task("load", "extract"),
        task("clean", "load", trigger_rule="all_done"),
    )
    files, _ = imported_files(
        dag("orders", *tasks, schedule=Cron("@daily"), start_date="2024-01-01", tags=("sales",))
    )
    assert files["defs/team_a__orders.py"].endswith(
        """
defs = airflow_dag(
    "orders",
    file="team a/orders.py",
    tasks={
        "extract": Task(retries=2, retry_delay=60, tolerated=True),
        "load": Task(upstream=["extract"], tolerated=True),
        "clean": Task(upstream=["load"], trigger_rule="all_done"),
    },
    tags=["sales"],
    schedule="@daily",
    start_date="2024-01-01",
)
"""
    )


def test_the_call_says_what_is_not_as_usual() -> None:
    text = lift.render(dag("a-b", task("t"), description="It's «ours»"), name="a_b_2")
    assert text.startswith(
        "airflow_dag('a-b', file='team a/orders.py', name='a_b_2', description=\"It's «ours»\", "
    )


def test_the_same_dags_give_the_same_text_in_any_order() -> None:
    dags = dag("one", task("a"), task("b", "a")), dag("two", task("c"))
    assert imported_files(*dags)[0] == imported_files(*reversed(dags))[0]


def test_no_generated_file_has_a_path_of_this_machine(imported: Callable[..., Imported]) -> None:
    for mode in ("interpreter", "in-process"):
        folder = imported("2", mode).folder
        texts = {
            p: p.read_text()
            for p in folder.rglob("*")
            if p.is_file() and p.suffix in (".py", ".md", ".yaml", ".json")
        }
        assert not [p for p, text in texts.items() if str(DAGS.parent) in text or str(folder.parent) in text]


def test_a_project_needs_nothing_of_this_tool(imported: Callable[..., Imported]) -> None:
    folder = imported("2").folder
    assert not [
        p for p in folder.rglob("*.py") if re.search(r"^\s*(from|import) migrator", p.read_text(), re.M)
    ]


def test_the_folder_of_the_dags_is_written_as_the_way_to_it(tmp_path: Path) -> None:
    (tmp_path / "repo/dags").mkdir(parents=True)
    assert relative(tmp_path / "repo/dags", tmp_path / "repo/jobs/airflow") == "../../dags"
    assert relative(Path("/opt/dags"), Path("/home/me/jobs")) is None
    assert '/ "../dags"' in interpreter_files("../dags")["_airflow/__init__.py"]
    assert "DAGS_FOLDER = None" in interpreter_files(None)["_airflow/__init__.py"]


# ------------------------------------------------------------------ names
def test_ids_that_differ_in_punctuation_get_names_of_their_own() -> None:
    names = job_names([dag("load-orders"), dag("load.orders"), dag("load_orders")])
    assert names == {
        "load_orders": "load_orders",
        "load-orders": "load_orders_2",
        "load.orders": "load_orders_3",
    }


def test_a_job_never_has_the_name_of_another_jobs_op() -> None:
    names = job_names([dag("a", task("b")), dag("a__b")])
    assert names == {"a": "a", "a__b": "a__b_2"}


@pytest.mark.parametrize("word", ["input", "context", "class"])
def test_a_word_that_dagster_keeps_for_itself_is_no_job(word: str) -> None:
    assert job_names([dag(word)]) == {word: f"{word}_job"}


def test_files_in_different_folders_get_modules_of_their_own() -> None:
    names = module_names(["a/b.py", "a__b.py", "dg.py", "1 st.py"])
    assert names == {"1 st.py": "_1_st", "a/b.py": "a__b", "a__b.py": "a__b_2", "dg.py": "dg_2"}


def test_a_changed_name_is_told_and_loads() -> None:
    files, findings = imported_files(dag("a-b", task("x.y"), task("x__y")), dag("a_b", task("x")))
    assert [f.message for f in findings] == [
        "the job of a-b is called a_b_2",
        "the op of x.y is called x__y_2",
    ]
    assert "name='a_b_2'".replace("'", '"') in files["defs/team_a__orders.py"]


def test_in_process_two_things_cannot_share_a_name() -> None:
    with pytest.raises(UsageError, match="--mode interpreter"):
        imported_files(dag("a-b", task("x")), dag("a_b", task("x")), mode="in-process")


def test_in_process_is_refused_for_airflow_3() -> None:
    with pytest.raises(UsageError, match="Airflow 2 only"):
        import_project(Project("dags", (dag(),), airflow="3.3.2"), mode="in-process")


# ------------------------------------------------------------------ schedules
@pytest.mark.parametrize(
    ("schedule", "arguments", "found"),
    [
        pytest.param(Manual(), {}, [], id="none"),
        pytest.param(Cron("@daily"), {"schedule": "@daily"}, [], id="preset"),
        pytest.param(
            Cron("30 6 * * *", "Europe/Rome"),
            {"schedule": "30 6 * * *", "timezone": "Europe/Rome"},
            [],
            id="zone",
        ),
        pytest.param(
            Cron("@daily", interval=False), {"schedule": "@daily", "interval": False}, [], id="trigger"
        ),
        pytest.param(Cron("0 0 * * * *"), {"timetable": True}, ["TM061"], id="seconds"),
        pytest.param(Cron("0 0 29 2 *"), {"timetable": True}, ["TM061"], id="leap days"),
        pytest.param(
            Cron("30 2 * * *", "Europe/Berlin"), {"timetable": True}, ["TM061"], id="in the hour of the clock"
        ),
        pytest.param(
            Crons(("0 6 * * *", "0 18 * * 5")), {"timetable": True}, ["TM061"], id="several expressions"
        ),
        pytest.param(Crons(("@daily", "0 6 * * *"), "Mars/Olympus"), {}, ["TM080"], id="several, nowhere"),
        pytest.param(Cron("@daily", "Mars/Olympus"), {}, ["TM080"], id="no such zone"),
        pytest.param(Every(86400), {"schedule": "30 10 * * *"}, [], id="a day, from the start date"),
        pytest.param(Every(18000), {"every": 18000}, ["TM084"], id="five hours"),
        pytest.param(Once(), {"schedule": "@once"}, ["TM084"], id="once"),
        pytest.param(Continuous(), {"schedule": "@continuous"}, ["TM084"], id="continuous"),
        pytest.param(OnDatasets(("s3://a",)), {"needs": '"s3://a"'}, ["TM055"], id="datasets"),
        pytest.param(
            OnDatasetsOrTime(OnDatasets(("s3://a", "s3://b"), "any"), Cron("@daily", interval=False)),
            {"schedule": "@daily", "interval": False, "needs": 'any_of("s3://a", "s3://b")'},
            ["TM055"],
            id="datasets or time",
        ),
        pytest.param(
            OnDatasets(("a",), aliases=("a",)), {"needs": "members_of('a')"}, ["TM055"], id="an alias"
        ),
        pytest.param(
            OnDatasets(("a",), watched=("a",)), {"needs": '"a"'}, ["TM055", "TM063"], id="a watcher"
        ),
        pytest.param(Custom("Workday", "Workday()"), {"timetable": True}, ["TM061"], id="timetable"),
        pytest.param(Custom("PartitionedAssetTimetable", "..."), {}, ["TM080"], id="partitions of assets"),
        pytest.param(UnknownSchedule("read from a file"), {}, ["TM080"], id="unknown"),
    ],
)
def test_each_kind_of_schedule(schedule: object, arguments: dict[str, object], found: list[str]) -> None:
    made = start(dag(schedule=schedule, start_date=START), "2.11.2")
    given = {name: value for name, value in made.arguments.items() if name != "start_date"}
    assert (given, codes(made.findings)) == (arguments, found)


def test_in_process_a_run_at_the_hour_when_the_clock_is_set_is_told() -> None:
    made = start(
        dag(schedule=Cron("30 2 * * *", "Europe/Berlin"), start_date=START), "2.11.2", datasets=False
    )
    assert codes(made.findings) == ["TM053"] and made.automation == "schedule"


def test_a_dag_that_ends_before_the_clock_is_set_keeps_its_schedule() -> None:
    ends = {"start_date": "2024-01-01T00:00:00+00:00", "end_date": "2024-02-01T00:00:00+00:00"}
    made = start(dag(schedule=Cron("30 2 * * *", "Europe/Berlin"), **ends), "2.11.2")
    assert made.arguments["schedule"] == "30 2 * * *" and not made.findings


@pytest.mark.parametrize(("airflow", "interval"), [("2.11.2", None), ("3.3.2", False)])
def test_the_version_says_what_a_bare_cron_stands_for(airflow: str, interval: bool | None) -> None:
    assert (
        start(dag(schedule=Cron("@daily"), start_date=START), airflow).arguments.get("interval") is interval
    )


def test_an_unknown_version_is_told() -> None:
    assert codes(start(dag(schedule=Cron("@daily"), start_date=START), None).findings) == ["TM085"]


def test_airflow_2_never_schedules_without_a_start_date_and_airflow_3_does() -> None:
    assert codes(start(dag(schedule=Cron("@daily")), "2.11.2").findings) == ["TM083"]
    assert start(dag(schedule=Cron("@daily")), "3.3.2").automation == "schedule"


@pytest.mark.parametrize(
    ("seconds", "cron"),
    [
        (7 * 86400, "30 10 * * 1"),
        (86400, "30 10 * * *"),
        (43200, "30 10,22 * * *"),
        (3600, "30 * * * *"),
        (900, "0,15,30,45 * * * *"),
        (60, "* * * * *"),
        (18000, None),
        (2 * 86400, None),
        (90, None),
    ],
)
def test_a_distance_is_a_cron_expression_where_there_is_one(seconds: float, cron: str | None) -> None:
    assert as_cron(seconds, START) == cron


# ------------------------------------------------------------------ losses
def lossy(code: str) -> Dag:
    """A DAG that loses exactly this."""
    args: dict[str, dict[str, Value]] = {
        "TM086": {"sla": Literal(timedelta(hours=1))},
        "TM088": {"depends_on_past": Literal(True)},
        "OP080": {"deferrable": Literal(True)},
        "DP081": {"outlets": Literal(["s3://a"])},
        "EN081": {"bash_command": Template("echo {{ var.value.key }}")},
        "EN084": {"queue": Literal("big")},
    }
    if code in args:
        return dag("d", task("t", args=args[code]))
    return {
        "TM082": dag("d", task("t"), catchup=True),
        "TM087": dag("d", task("t"), args={"max_active_runs": Literal(1)}),
        "TM089": dag("d", task("t"), args={"dagrun_timeout": Literal(timedelta(hours=1))}),
        "CF080": dag("d", task("a"), task("b"), task("t", "a", "b", trigger_rule="one_failed")),
        "CF081": dag("d", task("a"), task("t", "a", trigger_rule="all_done")),
        "OP081": dag("d", task("t", operator="TriggerDagRunOperator")),
        "EN082": dag("d", task("t", pool="small")),
        "SC080": dag("d", task("t"), partial="a loop over a file"),
    }[code]


@pytest.mark.parametrize("code", [loss.code for loss in losses.LOSSES if losses.INTERPRETER in loss.modes])
def test_each_loss_is_found(code: str) -> None:
    found = losses.find(lossy(code), losses.INTERPRETER)
    assert code in codes(found) and found[0].rule.help


@pytest.mark.parametrize(
    ("code", "lossy_dag"),
    [
        ("CF082", dag("d", task("a"), task("t", "a", trigger_rule="all_done"))),
        ("CF083", dag("d", task("t", operator="BranchPythonOperator"))),
        ("OP082", dag("d", task("t", args={"deferrable": Literal(True)}))),
        ("DP080", dag("d", task("a"), task("t", "a", data_upstream=frozenset({"a"})))),
        ("EN083", dag("d", task("t"), args={"on_failure_callback": Template("page")})),
    ],
)
def test_each_loss_in_process_is_found(code: str, lossy_dag: Dag) -> None:
    assert code in codes(losses.find(lossy_dag, losses.IN_PROCESS))


def test_what_is_added_to_an_alias_is_lost() -> None:
    adds = dag(
        "d",
        task("t", args={"outlets": Sequence((Code("DatasetAlias('daily')", "a dataset"),))}),
        catchup=False,
    )
    [found] = losses.find(adds, losses.INTERPRETER)
    assert found.code == "DP081" and "daily" in found.message


def test_a_plain_dag_loses_nothing() -> None:
    plain = dag("d", task("a"), task("b", "a"), catchup=False, args={"catchup": Literal(False)})
    assert losses.find(plain, losses.INTERPRETER) == losses.find(plain, losses.IN_PROCESS) == []


# ------------------------------------------------------------------ the command
def test_a_second_import_changes_nothing_and_keeps_edits(
    imported: Callable[..., Imported], airflow2_python: str
) -> None:
    folder = imported("2").folder
    again = ("import", DAGS, "--out", folder, "--airflow-python", airflow2_python, "--no-verify")
    assert "0 files written" in migrate(*again).stdout
    module = folder / "defs/flows.py"
    text = module.read_text()
    module.write_text(text + "# ours\n")
    told = migrate(*again)
    assert module.read_text().endswith("# ours\n") and "kept, as it was edited" in told.stderr
    assert migrate(*again, "--force").returncode == 0 and module.read_text() == text


def test_one_dag_of_many(tmp_path: Path) -> None:
    done = migrate("import", DAGS, "--out", tmp_path / "jobs", "--dag", "repairable", "--no-verify")
    assert done.returncode == 0 and "1 DAG with 3 tasks" in done.stdout


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = migrate("import", DAGS, "--out", tmp_path / "jobs", "--dry-run")
    assert "new: defs/flows.py" in done.stdout and not (tmp_path / "jobs").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--dag", "nobody"], "no DAG has the id nobody", id="an unknown DAG"),
        pytest.param(["--out", "json"], "hides the module json", id="a name that Python has"),
        pytest.param(["--out", "jobs.v2"], "cannot have a dot", id="a name that cannot be imported"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_status_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    options = [
        str(tmp_path / a) if b == "--out" else a for a, b in zip(arguments, ["", *arguments], strict=False)
    ]
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "jobs")]
    done = migrate("import", DAGS, *out, *options)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr
