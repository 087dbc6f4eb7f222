"""Two run records: what is the same passes, and each thing that is not is found where it is."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli.compare import command
from migrator.errors import UsageError
from migrator.manifest import DagEntry, TaskEntry
from migrator.parity import evidence, record
from migrator.parity.compare import Rules, compare
from migrator.parity.dagster_side import Dagster, Project
from migrator.parity.record import Json, Opaque, Parquet, Record, TaskRecord
from migrator.parity.result import Result, exit_status
from migrator.parity.side import CouldNotRun, Moment

DAY = ("2024-01-03T00:00:00+00:00", "2024-01-04T00:00:00+00:00")


def task(
    task_id: str, value: object = None, state: str = "success", tries: int = 1, index: int = -1
) -> TaskRecord:
    xcoms = {} if value is None else {"return_value": Json(value)}
    return TaskRecord(task_id, index, state, tries, xcoms)


def run(folder: Path, *tasks: TaskRecord, state: str = "success") -> Record:
    return Record(folder, "airflow", "2.11.2", "orders", "r", DAY[0], DAY, state, tasks)


def found(left: Record, right: Record, rules: Rules | None = None) -> dict[str, str]:
    """The items that do not pass."""
    result = compare(left, right, rules or Rules())
    named = [(i.name, i) for i in result.items]
    for each in result.tasks:
        place = each.task_id if each.map_index < 0 else f"{each.task_id}[{each.map_index}]"
        named += [(f"{place} {i.name}", i) for i in each.items]
    return {name: item.outcome.verdict for name, item in named if not item.outcome.passes}


TASKS = (task("a", {"n": 1}), task("b", [1, 2], tries=3), task("c", None, "skipped"))


def test_a_run_equals_itself(tmp_path: Path) -> None:
    result = compare(run(tmp_path, *TASKS), run(tmp_path, *TASKS), Rules())
    assert (result.verdict, exit_status([result])) == ("equal", 0)


@pytest.mark.parametrize(
    ("change", "where", "verdict"),
    [
        pytest.param(
            lambda t: [task("a", {"n": 2}), *t[1:]], "a return_value", "different", id="a wrong number"
        ),
        pytest.param(lambda t: [task("a", {"n": 1.0}), *t[1:]], "a return_value", "different", id="a type"),
        pytest.param(lambda t: [task("a"), *t[1:]], "a return_value", "missing", id="no value"),
        pytest.param(
            lambda t: [*t[:2], replace(t[2], xcoms={"k": Json(1)})], "c k", "extra", id="one more value"
        ),
        pytest.param(lambda t: t[1:], "a task", "missing", id="no task"),
        pytest.param(lambda t: [*t, task("d")], "d task", "extra", id="one more task"),
        pytest.param(
            lambda t: [*t[:2], replace(t[2], state="success")], "c state", "different", id="a state"
        ),
        pytest.param(lambda t: [t[0], replace(t[1], tries=2), t[2]], "b tries", "different", id="tries"),
    ],
)
def test_one_change_is_one_difference(
    tmp_path: Path, change: Callable[[tuple[TaskRecord, ...]], list[TaskRecord]], where: str, verdict: str
) -> None:
    assert found(run(tmp_path, *TASKS), run(tmp_path, *change(TASKS))) == {where: verdict}


def test_another_state_of_the_run_is_a_difference(tmp_path: Path) -> None:
    assert found(run(tmp_path), run(tmp_path, state="failed")) == {"state of the run": "different"}


def test_none_is_what_airflow_keeps_nothing_for(tmp_path: Path) -> None:
    nothing = TaskRecord("a", -1, "success", 1, {"return_value": Json(None)})
    assert found(run(tmp_path, task("a")), run(tmp_path, nothing)) == {}


def test_what_airflow_pushes_for_itself_is_not_compared(tmp_path: Path) -> None:
    own = {
        "skipmixin_key": Json({"followed": ["b"]}),
        "_link_1": Json("http"),
        "return_value": Json({"x": 1}),
        "x": Json(1),
    }
    left = TaskRecord("a", -1, "success", 1, own)
    assert found(run(tmp_path, left), run(tmp_path, task("a", {"x": 1}))) == {}


def test_a_pushed_key_that_only_looks_like_an_entry_is_compared(tmp_path: Path) -> None:
    left = TaskRecord("a", -1, "success", 1, {"return_value": Json({"x": 1}), "x": Json(1.0)})
    assert found(run(tmp_path, left), run(tmp_path, task("a", {"x": 1}))) == {"a x": "missing"}


@pytest.mark.parametrize(
    ("operator", "differences"),
    [("_BranchPythonDecoratedOperator", {}), ("PythonOperator", {"a return_value": "extra"})],
)
def test_only_a_branch_may_keep_no_return_value(
    tmp_path: Path, operator: str, differences: dict[str, str]
) -> None:
    left = replace(task("a"), operator=operator)
    assert found(run(tmp_path, left), run(tmp_path, task("a", "b"))) == differences


def test_what_a_branch_returned_is_compared_where_both_keep_it(tmp_path: Path) -> None:
    left = replace(task("a", "b"), operator="BranchPythonOperator")
    assert found(run(tmp_path, left), run(tmp_path, task("a", "c"))) == {"a return_value": "different"}


def mapped(*values: object, state: str = "success") -> list[TaskRecord]:
    return [task("m", value, state if n == 1 else "success", index=n) for n, value in enumerate(values)]


def test_mapped_instances_are_compared_by_index(tmp_path: Path) -> None:
    left, right = run(tmp_path, *mapped(1, 2, 3)), run(tmp_path, *mapped(1, 2, 4))
    assert found(left, right) == {"m[2] return_value": "different"}
    assert found(left, run(tmp_path, *mapped(1, 2))) == {"m[2] task": "missing"}


def test_one_step_may_do_the_work_of_all_mapped_instances(tmp_path: Path) -> None:
    assert found(run(tmp_path, *mapped(1, 2, 3)), run(tmp_path, task("m", [1, 2, 3]))) == {}
    assert found(run(tmp_path, *mapped(1, 2, 3)), run(tmp_path, task("m", [1, 3, 2]))) == {
        "m return_value": "different"
    }
    one_failed = run(tmp_path, *mapped(1, 2, 3, state="failed"))
    assert found(one_failed, run(tmp_path, task("m", [1, 2, 3]))) == {"m state": "different"}


def test_what_mapped_instances_pushed_is_not_lost_where_one_step_does_their_work(tmp_path: Path) -> None:
    pushed = [replace(each, xcoms={**each.xcoms, "rows": Json(10)}) for each in mapped(1, 2)]
    alone: TaskRecord = task("m", [1, 2])
    assert found(run(tmp_path, *pushed), run(tmp_path, alone)) == {"m rows": "missing"}
    same = replace(alone, xcoms={**alone.xcoms, "rows": Json([10, 10])})
    assert found(run(tmp_path, *pushed), run(tmp_path, same)) == {}


def test_frames_of_mapped_instances_are_no_pass_for_one_step_without_a_value(tmp_path: Path) -> None:
    frame = Parquet(tmp_path / "x.parquet", "pandas")
    frames = [replace(each, xcoms={"return_value": frame}) for each in mapped(1, 2)]
    nothing = replace(task("m", None), xcoms={})
    assert found(run(tmp_path, *frames), run(tmp_path, nothing)) == {"m return_value": "missing"}


def test_a_task_that_is_left_out_is_named(tmp_path: Path) -> None:
    rules = Rules(left_out={"a": "the plan leaves it out"})
    result = compare(run(tmp_path, *TASKS), run(tmp_path, *TASKS[1:]), rules)
    assert (result.verdict, dict(result.left_out)) == ("equal", {"a": "the plan leaves it out"})


def test_nothing_compared_is_no_pass() -> None:
    assert exit_status([Result("d", None, None, None)]) == 1
    assert exit_status([]) == 2
    assert exit_status([Result("d", None, None, None, error="did not start")]) == 2


def written(folder: Path, name: str, *tasks: TaskRecord, **outputs: str) -> Record:
    """A record on disk with output files."""
    place = folder / name
    for file, text in outputs.items():
        (place / "outputs").mkdir(parents=True, exist_ok=True)
        (place / "outputs" / file.replace("_", ".")).write_text(text)
    made = replace(run(place, *tasks), outputs=tuple(file.replace("_", ".") for file in outputs))
    record.write(made)
    return record.read(place)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    values = {
        "a": Json([1, None]),
        "b": Parquet(tmp_path / "r" / "b.parquet", "pandas"),
        "c": Opaque("t", "r"),
    }
    kept = TaskRecord("a", 2, "failed", 2, values, "BashOperator")
    assert written(tmp_path, "r", kept).tasks == (kept,)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "interval": 3, "tasks": []}']
)
def test_what_is_no_record_is_said_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "record.json").write_text(text)
    with pytest.raises(UsageError, match=r"record\.json"):
        record.read(tmp_path)


@pytest.mark.parametrize(
    ("file", "left", "right", "verdict"),
    [
        pytest.param("a_csv", "id\n1\n2\n", "id\n2\n1\n", "equal", id="a table in another order"),
        pytest.param("a_csv", "id\n1\n", "id\n1.0\n", "different", id="a number of another type"),
        pytest.param("a_csv", "a,b\n1\n", "a,b\n2\n", "different", id="no regular table"),
        pytest.param("a_json", '{"a":1}', '{ "a": 1 }', "equal", id="JSON with other spaces"),
        pytest.param("a_json", '{"a":1}', '{"a":1.0}', "different", id="JSON with another type"),
        pytest.param("a_json", "{", "[", "different", id="no JSON"),
        pytest.param(
            "a_jsonl", '{"a":1}\n{"a":2}', '{"a":2}\n{"a":1}', "different", id="lines in another order"
        ),
        pytest.param("a_txt", "x\ny\n", "x\nz\n", "different", id="text"),
        pytest.param("a_txt", "x\ny\n", "x\r\ny\r\n", "different", id="line ends"),
    ],
)
def test_output_files_by_kind(tmp_path: Path, file: str, left: str, right: str, verdict: str) -> None:
    one, two = written(tmp_path, "l", **{file: left}), written(tmp_path, "r", **{file: right})
    result = compare(one, two, Rules())
    item = next(i for i in result.items if i.name == file.replace("_", "."))
    assert item.outcome.verdict == verdict
    assert item.outcome.detail or verdict == "equal"


def test_lines_of_json_are_compared_by_the_key_of_their_glob(tmp_path: Path) -> None:
    one = written(tmp_path, "l", a_jsonl='{"id":1,"x":1}\n{"id":2,"x":2}\n')
    two = written(tmp_path, "r", a_jsonl='{"id":2,"x":2}\n{"id":1,"x":1}\n')
    assert found(one, two, Rules(keys={"*.jsonl": ("id",)})) == {}


def test_a_file_that_one_side_did_not_write_is_found(tmp_path: Path) -> None:
    one, two = written(tmp_path, "l", a_txt="x"), written(tmp_path, "r", b_txt="x")
    assert found(one, two) == {"a.txt": "missing", "b.txt": "extra"}


def test_two_records_are_compared_on_the_command_line(tmp_path: Path) -> None:
    written(tmp_path, "l", *TASKS)
    written(tmp_path, "r", *TASKS[1:])
    done = CliRunner().invoke(command, ["--records", str(tmp_path / "l"), str(tmp_path / "r")])
    assert done.exit_code == 1
    assert "Dagster has no such task" in done.output


def test_the_report_marks_the_cells_that_differ(tmp_path: Path) -> None:
    written(tmp_path, "l", a_csv="id,x\n1,5\n2,6\n")
    written(tmp_path, "r", a_csv="id,x\n1,5\n2,7\n")
    done = CliRunner().invoke(command, ["--records", str(tmp_path / "l"), str(tmp_path / "r")])
    assert "*6*" in done.output and "*7*" in done.output and "*5*" not in done.output


def test_evidence_goes_stale_with_what_it_stands_on(tmp_path: Path) -> None:
    dag = tmp_path / "dag.py"
    dag.write_text("x = 1")
    result = compare(run(tmp_path, *TASKS), run(tmp_path, *TASKS), Rules())
    kept = evidence.save(tmp_path / "evidence.json", [result], [dag])
    assert (kept.results[0]["verdict"], kept.stale()) == ("equal", [])
    dag.write_text("x = 2")
    assert kept.stale() == [str(dag)]


def test_evidence_that_was_edited_is_none(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    evidence.save(path, [Result("d", DAY, "2", "1", error="no")], [])
    body = json.loads(path.read_text())
    body["results"][0]["verdict"] = "equal"
    path.write_text(json.dumps(body))
    with pytest.raises(UsageError, match="edited"):
        evidence.read(path)


SLOW = """\
import subprocess, dagster as dg

@dg.op
def sleep():
    child = subprocess.Popen(["sleep", "60"])
    open("child", "w").write(str(child.pid))
    child.wait()

@dg.op
def quick():
    return 1

@dg.job
def slow():
    sleep()

@dg.job
def fast():
    quick()

defs = dg.Definitions(jobs=[slow, fast])
"""


def test_a_run_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "definitions.py").write_text(SLOW)
    twin = Project(tmp_path / "late", sys.executable)
    entries = {
        name: DagEntry("d.py", "job", "defs.d", name, tasks={op: TaskEntry("native", op=op)})
        for name, op in (("slow", "sleep"), ("fast", "quick"))
    }
    day = [Moment("2024-01-03", None, "2024-01-03T00:00:00+00:00")]
    with Dagster(twin, env={}, cwd=tmp_path, log=tmp_path / "dagster.log") as dagster:
        limits = {"slow": 15.0, "fast": 300.0}

        def run(name: str) -> Record:
            return dagster.run(
                name, entries, day, tmp_path / name, conf={}, cwd=tmp_path, timeout=limits[name]
            )[0]

        with pytest.raises(CouldNotRun, match="not done after 15 seconds"):
            run("slow")
        assert run("fast").tasks[0].xcoms == {"return_value": Json(1)}  # the same process goes on
    child = (tmp_path / "child").read_text()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True).stdout
    assert state.strip() in ("", "Z")  # gone, or only not yet collected
