"""Text and run time as one project: Airflow is right, the text has the source, a difference is told."""

from dataclasses import replace
from typing import Any

import pytest

from migrator.findings import Finding
from migrator.ir import (
    Cron,
    Custom,
    Dag,
    Every,
    Function,
    Literal,
    Manual,
    Once,
    OnDatasets,
    Origin,
    Project,
    Schedule,
    SourceFile,
    Task,
    Unknown,
    UnknownSchedule,
    XCom,
)
from migrator.scan.merge import merge, unanswered

FILE = "orders.py"
BASH = "airflow.operators.bash.BashOperator"


def task(name: str, **more: Any) -> Task:
    return Task(name, BASH, Origin(FILE, 7), **more)


READ = Dag(
    "orders",
    Origin(FILE, 3),
    schedule=Cron("@daily"),
    start_date="2024-01-01T00:00:00+00:00",
    tasks=(task("a"), task("b", upstream=frozenset({"a"}))),
)
SEEN = Dag(
    "orders",
    Origin(FILE, seen_by="runtime"),
    form="runtime",
    schedule=Cron("@daily", interval=True),
    start_date="2024-01-01T01:00:00+01:00",
    catchup=False,
    tasks=(
        Task("a", "airflow.providers.standard.operators.bash.BashOperator", Origin(FILE, seen_by="runtime")),
        task("b", upstream=frozenset({"a"})),
    ),
)


def project(*dags: Dag, airflow: str | None = None) -> Project:
    return Project("/dags", dags, (SourceFile(FILE, None, None),), airflow)


def merged(read: Dag, seen: Dag) -> tuple[Dag, list[str]]:
    found, findings = merge(project(read), project(seen, airflow="2.11.2"))
    (dag,) = found.dags
    return dag, [finding.code for finding in findings]


def with_task(dag: Dag, **changes: Any) -> Dag:
    return dag.with_tasks((replace(dag.tasks[0], **changes), *dag.tasks[1:]))


@pytest.mark.parametrize(
    ("patterns", "form", "code"),
    [
        pytest.param([r".+_orders"], READ.form, "SC075", id="one fits"),
        pytest.param([r"prod_.+"], SEEN.form, "SC025", id="none fits"),
        pytest.param([r".+_orders", r"dev_.+"], SEEN.form, "SC025", id="two fit"),
    ],
)
def test_a_dag_whose_id_only_airflow_knows_has_its_text_where_one_alone_fits(
    patterns: list[str], form: str, code: str
) -> None:
    seen = replace(SEEN, dag_id="dev_orders")
    unnamed = [(pattern, replace(READ, dag_id="None")) for pattern in patterns]
    found, findings = merge(project(), project(seen, airflow="2.11.2"), unnamed)
    assert [(dag.dag_id, dag.form) for dag in found.dags] == [("dev_orders", form)]
    assert [finding.code for finding in findings] == [code]


def test_readers_that_agree_say_nothing() -> None:
    dag, codes = merged(READ, SEEN)
    assert codes == []
    assert (dag.form, dag.origin) == ("with", Origin(FILE, 3, seen_by="both"))


def test_airflow_says_what_the_text_leaves_open() -> None:
    dag, _ = merged(READ, SEEN)
    assert dag.schedule == Cron("@daily", interval=True)
    assert dag.catchup is False


def test_the_text_says_where_and_under_which_name() -> None:
    dag, _ = merged(with_task(READ, function=Function("f", line=9)), SEEN)
    assert (dag.task("a").operator, dag.task("a").origin.line) == (BASH, 7)
    assert dag.task("a").function == Function("f", line=9)


def test_a_text_that_is_given_the_value_of_a_task_that_is_not_there_is_not_taken() -> None:
    read = with_task(READ, args={"x": XCom("gone")}, data_upstream=frozenset({"gone"}))
    dag, _ = merged(read, with_task(SEEN, args={"x": Literal(5)}))
    assert dag.task("a").args == {"x": Literal(5)}
    assert dag.task("a").data_upstream == frozenset()


def test_an_argument_that_the_text_cannot_tell_comes_from_airflow() -> None:
    read = with_task(READ, args={"x": Unknown("it is read from a file"), "y": Literal(1)})
    dag, _ = merged(read, with_task(SEEN, args={"x": Literal(5), "y": Literal(2)}))
    assert dag.task("a").args == {"x": Literal(5), "y": Literal(1)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param(
            {"trigger_rule": "all_done"},
            "trigger rule: all_success in the text; all_done in Airflow",
            id="trigger rule",
        ),
        pytest.param({"retries": 4}, "retries: 0 in the text; 4 in Airflow", id="retries"),
        pytest.param(
            {"upstream": frozenset({"b"})}, "upstream tasks: none in the text; b in Airflow", id="upstream"
        ),
        pytest.param({"mapped": True}, "mapped: no in the text; yes in Airflow", id="mapped"),
        pytest.param({"operator": "x.Other"}, "operator: BashOperator in the text; Other in", id="class"),
        pytest.param(
            {"retry_delay": 5400.0}, "retry delay: 5 minutes in the text; 1 hour 30 minutes", id="retry delay"
        ),
        pytest.param({"group": "g"}, "task group: none in the text; g in Airflow", id="group"),
    ],
)
def test_a_difference_between_tasks_is_told_and_airflow_is_right(
    changes: dict[str, Any], message: str
) -> None:
    found, (finding,) = merge(project(READ), project(with_task(SEEN, **changes), airflow="2.11.2"))
    assert (finding.code, finding.origin.line, finding.task_id) == ("SC027", 7, "a")
    assert message in finding.message
    ((name, value),) = changes.items()
    assert getattr(found.dags[0].task("a"), name) == value


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"schedule": Cron("@hourly", interval=True)}, id="schedule"),
        pytest.param({"start_date": "2024-02-01T00:00:00+00:00"}, id="start date"),
        pytest.param({"tags": ("new",)}, id="tags"),
        pytest.param({"groups": ("g",)}, id="groups"),
    ],
)
def test_a_difference_between_dags_is_told_and_airflow_is_right(changes: dict[str, Any]) -> None:
    dag, codes = merged(READ, replace(SEEN, **changes))
    assert codes == ["SC028"]
    ((name, value),) = changes.items()
    assert getattr(dag, name) == value


def test_what_the_text_does_not_know_is_no_difference() -> None:
    dag, codes = merged(replace(READ, schedule=UnknownSchedule("a variable"), start_date=None), SEEN)
    assert codes == []
    assert dag.schedule == SEEN.schedule


@pytest.mark.parametrize(
    ("read", "seen", "message"),
    [
        pytest.param(
            Cron("@daily"), Cron("0 5 * * *"), "@daily in the text; 0 5 * * * in Airflow", id="cron"
        ),
        pytest.param(
            Cron("@daily", "Asia/Tokyo"),
            Cron("@daily", interval=True),
            "@daily (in Asia/Tokyo) in the text; @daily (in UTC, with data intervals) in Airflow",
            id="time zone",
        ),
        pytest.param(Every(5400), Manual(), "every 1 hour 30 minutes in the text; none", id="distance"),
        pytest.param(
            OnDatasets(("b", "a")), OnDatasets(("a",), "any"), "a, b in the text; any of a in", id="datasets"
        ),
        pytest.param(Once(), Custom("x.Table", ""), "@once in the text; x.Table in Airflow", id="timetable"),
    ],
)
def test_schedules_are_shown_as_a_person_writes_them(read: Schedule, seen: Schedule, message: str) -> None:
    dags = replace(READ, schedule=read), replace(SEEN, schedule=seen)
    _, (finding,) = merge(project(dags[0]), project(dags[1], airflow="2.11.2"))
    assert (finding.code, finding.origin.line) == ("SC028", 3)
    assert finding.message.startswith("schedule: ") and message in finding.message


def test_a_long_list_is_cut_to_what_the_other_side_lacks() -> None:
    many = frozenset(f"t{n:02}" for n in range(20))
    read, seen = with_task(READ, upstream=many), with_task(SEEN, upstream=many | {"new"})
    _, (finding,) = merge(project(read), project(seen, airflow="2.11.2"))
    assert finding.message == "upstream tasks: 20 in the text; new and 20 more in Airflow"


def test_a_slash_behind_a_host_is_no_difference_and_the_text_keeps_its_spelling() -> None:
    read = replace(READ, schedule=OnDatasets(("s3://a",)))
    dag, codes = merged(read, replace(SEEN, schedule=OnDatasets(("s3://a/",))))
    assert (codes, dag.schedule) == ([], read.schedule)


def test_a_question_that_airflow_has_answered_is_not_asked() -> None:
    asked = [
        Finding("SC007", "is it so?", Origin(FILE, 4)),
        Finding("SC007", "and so?", Origin("other.py", 4)),
    ]
    no_dag = [Finding("SC033", "no DAG", Origin(file)) for file in (FILE, "other.py")]
    left = unanswered([*asked, *no_dag], project(SEEN, airflow="2.11.2"))
    assert left == [asked[1], no_dag[1]]


def test_a_task_that_only_airflow_knows_keeps_the_line_that_makes_it() -> None:
    made = replace(task("c"), origin=Origin("helper.py", 12, seen_by="runtime"))
    dag, _ = merged(replace(READ, partial="a loop"), SEEN.with_tasks((*SEEN.tasks, made)))
    assert (dag.partial, dag.task("c").origin) == (None, made.origin)


def test_the_order_of_datasets_is_no_difference() -> None:
    read = replace(READ, schedule=OnDatasets(("a", "b")))
    assert merged(read, replace(SEEN, schedule=OnDatasets(("b", "a"))))[1] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("import airflow", "new is made while the file runs", id="no text for it"),
        pytest.param(None, "new is known from Airflow alone", id="a file that is not read"),
    ],
)
def test_a_dag_that_only_airflow_knows_is_told_with_its_line(text: str | None, message: str) -> None:
    read = Project("/dags", (), (SourceFile(FILE, text, None),))
    found, (finding,) = merge(
        read, project(replace(SEEN, dag_id="new", origin=Origin(FILE, 5)), airflow="3.3.2")
    )
    assert [dag.dag_id for dag in found.dags] == ["new"]
    assert (finding.code, finding.message, finding.origin.line) == ("SC025", message, 5)


def test_other_tasks_are_told_once() -> None:
    seen = SEEN.with_tasks((*SEEN.tasks[:1], task("c")))
    dag, codes = merged(READ, seen)
    assert codes == ["SC026"]
    assert [t.task_id for t in dag.tasks] == ["a", "c"]


def test_a_dag_is_never_partial_once_airflow_has_loaded_it() -> None:
    dag, codes = merged(replace(READ, partial="a loop over a Variable").with_tasks(()), SEEN)
    assert (dag.partial, codes) == (None, [])
    assert len(dag.tasks) == 2


def test_a_dag_that_only_airflow_sees_is_kept_and_told() -> None:
    found, (finding,) = merge(project(), project(SEEN, airflow="2.11.2"))
    assert (found.dags, finding.code) == ((SEEN,), "SC025")


def test_a_dag_that_airflow_does_not_find_in_a_file_it_loads_is_left_out_and_told() -> None:
    found, (finding,) = merge(project(READ), project(airflow="2.11.2"))
    assert (found.dags, finding.code) == ((), "SC024")


def test_a_dag_of_a_file_that_airflow_cannot_load_stays() -> None:
    found, findings = merge(project(READ), replace(project(airflow="2.11.2"), files=()))
    assert (found.dags, findings) == ((READ,), [])


def test_without_an_airflow_the_text_is_all_there_is() -> None:
    assert merge(project(READ), Project("/dags")) == (project(READ), [])


def test_a_file_that_imports_a_dag_of_another_file_does_not_have_it_twice() -> None:
    files = (SourceFile(FILE, "", None), SourceFile("importing.py", "", None))
    again = replace(SEEN, origin=Origin("importing.py", 2, seen_by="runtime"))
    read, seen = Project("/dags", (READ,), files), Project("/dags", (again, SEEN), files, "2.11.2")
    found, findings = merge(read, seen)
    assert ([dag.origin.file for dag in found.dags], findings) == ([FILE], [])
