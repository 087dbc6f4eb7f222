"""Commands of dbt: which are read as such, what the plan makes of them, and what stays a shell command."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from migrator.convert import Conversion, convert_project
from migrator.convert.dbt_command import is_dbt, parse
from migrator.convert.shell_words import NotPlain, commands
from migrator.emit.write import write
from migrator.phase_one.lifts import lifts
from migrator.plan import DagPlan, Plan
from migrator.scan import scan
from migrator.verify import loads, same_graph

DAG = """
import os
import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

DBT = "{project}"

def announce(**context):
    print("done")

with DAG("shop", schedule="@daily", start_date=pendulum.datetime(2024, 1, 1, tz="UTC"), catchup=False) as dag:
"""
PROJECT = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n"
    "models: {shop: {+materialized: table}}\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: \"{{ env_var('SHOP_DB') }}\"}\n",
    "seeds/rates.csv": "currency,rate\nEUR,1\nUSD,2\n",
    "models/prices.sql": "select currency, rate * {{ var('price', 2) }} as price from {{ ref('rates') }}\n",
    "models/schema.yml": "models:\n  - name: prices\n    columns:\n"
    "      - {name: price, tests: [not_null, {accepted_values: {values: ['2', '4', '6', '12']}}]}\n",
}


def converted(tmp_path: Path, tasks: str, plan: DagPlan) -> Conversion:
    folder = tmp_path / "dags"
    folder.mkdir()
    text = DAG.replace("{project}", str(tmp_path / "dbt")) + "".join(
        f"    {line}\n" for line in dedent(tasks).strip().splitlines()
    )
    (folder / "shop.py").write_text(text)
    project = scan([folder])[0]
    return convert_project(project, Plan(dags={"shop": plan}), lifts(project, None), name="made")


def codes(made: Conversion, *starts: str) -> list[str]:
    return [f.code for f in made.findings if f.code.startswith(starts)]


PLAIN = [
    pytest.param('"dbt build"', ["dbt", "build"], id="words"),
    pytest.param(
        "'''dbt run --vars '{\"a\": \"b c\"}' '''", ["dbt", "run", "--vars", '{"a": "b c"}'], id="quotes"
    ),
    pytest.param(
        """'dbt run --vars "{\\\\"a\\\\": 1}"'""", ["dbt", "run", "--vars", '{"a": 1}'], id="escapes"
    ),
    pytest.param('"dbt  run \\\\\\n  -s a+"', ["dbt", "run", "-s", "a+"], id="a line that goes on"),
    pytest.param('"dbt run --x=\'\' \\"\\""', ["dbt", "run", "--x=", ""], id="empty words"),
]


@pytest.mark.parametrize(("source", "words"), PLAIN)
def test_words_are_those_of_bash(source: str, words: list[str]) -> None:
    text = eval(source)
    shown = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {text}"], capture_output=True, text=True, check=True
    )
    assert [w.constant for w in commands(source)[0]] == words == shown.stdout.split("\0")[:-1]


def test_expressions_and_variables_of_the_environment_stay_expressions() -> None:
    source = """f"${{DBT:-dbt}} run --project-dir {HERE}/shop --vars '{{day: {day}}}' -t $STAGE" """
    found = parse(source)
    assert found.binary == "(os.environ.get('DBT') or 'dbt')"
    assert dict(found.project) == {"folder": "f'{HERE}/shop'", "target": "os.environ.get('STAGE', '')"}
    assert found.args == ("'run'", "'--vars'", "f'{{day: {day}}}'")


@pytest.mark.parametrize(
    "command",
    [
        "dbt run | tee log",
        "dbt deps && dbt run",
        "dbt run; dbt test",
        "dbt run --vars $(cat vars)",
        "dbt run > log",
        "dbt docs generate",
        "dbt run --resource-type model",
        "dbt run 'open",
        "dbt run # all",
        "echo dbt run",
        "cd /dbt || dbt run",
        "",
    ],
)
def test_what_needs_a_shell_is_no_command_of_dbt(command: str) -> None:
    with pytest.raises(NotPlain):
        parse(repr(command))


@pytest.mark.parametrize(
    ("command", "select", "exclude"),
    [
        pytest.param("dbt build", "", "", id="build writes all"),
        pytest.param(
            "dbt run -s a b+ --fail-fast", "a b+", "resource_type:seed resource_type:snapshot", id="run"
        ),
        pytest.param("dbt seed --exclude x", "", "x resource_type:model resource_type:snapshot", id="seed"),
        pytest.param("dbt test --select=tag:n --exclude y", "tag:n", "y", id="tests are of everything"),
        pytest.param(
            "dbt run -m a --models b", "a b", "resource_type:seed resource_type:snapshot", id="old names"
        ),
    ],
)
def test_the_selection_is_that_of_the_command(command: str, select: str, exclude: str) -> None:
    found = parse(repr(command))
    assert (found.select, found.exclude) == (select, exclude)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("dbt build", True),
        ("/opt/dbt/bin/dbt --quiet run", True),
        ("cd /x && dbt --log-format json test", True),
        ('f"{DBT} seed"', True),
        ("${DBT_BIN:-dbt} snapshot", True),
        ("echo dbt is fun", False),
        ("make build", False),
        ("python dbtools.py --run", False),
    ],
)
def test_what_looks_like_dbt(text: str, is_one: bool) -> None:
    assert is_dbt(text) is is_one


def test_without_a_plan_it_is_a_shell_command_and_the_choice_is_told(tmp_path: Path) -> None:
    made = converted(tmp_path, 'BashOperator(task_id="models", bash_command="dbt build")', DagPlan())
    assert "run_bash('dbt build')" in made.files["defs/shop.py"].replace('"', "'")
    assert codes(made, "OP") == ["OP100"]
    assert "dbt parse" not in made.files["README.md"]


def test_the_readme_names_the_step_of_the_build(tmp_path: Path) -> None:
    task = 'BashOperator(task_id="models", bash_command="dbt build --project-dir /srv/models")'
    made = converted(tmp_path, task, DagPlan(dbt="assets"))
    assert "dbt parse --project-dir <folder of the dbt project>\n" in made.files["README.md"]


@pytest.mark.parametrize(
    ("tasks", "why"),
    [
        pytest.param(
            'BashOperator(task_id="a", bash_command="dbt deps && dbt run")', "more than one", id="two"
        ),
        pytest.param(
            'BashOperator(task_id="a", bash_command="dbt run -s {{ ds }}")', "when it runs", id="late"
        ),
        pytest.param(
            'BashOperator(task_id="a", bash_command="dbt run --project-dir /x/{{ ds }}")',
            "when it runs",
            id="where",
        ),
        pytest.param(
            'BashOperator(task_id="a", bash_command="dbt run", env={"A": "1"})', "environment", id="env"
        ),
        pytest.param(
            'a = BashOperator(task_id="a", bash_command="dbt run")\n'
            'b = BashOperator(task_id="b", bash_command="dbt run --full-refresh")\na >> b',
            "one maker",
            id="the same models",
        ),
        pytest.param(
            'a = BashOperator(task_id="a", bash_command="dbt run")\n'
            'b = BashOperator(task_id="b", bash_command="echo {{ ti.xcom_pull(task_ids=\'a\') }}")\na >> b',
            "reads the last line",
            id="its line is read",
        ),
        pytest.param(
            'a = BashOperator(task_id="a", bash_command="dbt run")\n'
            'b = PythonOperator(task_id="b", python_callable=announce, trigger_rule="all_done")\na >> b',
            "a job of ops",
            id="ops",
        ),
    ],
)
def test_what_stays_a_shell_command_although_the_plan_wants_assets(
    tmp_path: Path, tasks: str, why: str
) -> None:
    made = converted(tmp_path, tasks, DagPlan(dbt="assets"))
    (told,) = [f for f in made.findings if f.code == "OP101"]
    assert why in told.message
    assert "run_bash(" in made.files["defs/shop.py"]


TASKS = """
seed = BashOperator(task_id="seed", bash_command=f"dbt --no-use-colors seed --project-dir {DBT} --full-refresh")
run = BashOperator(task_id="run", bash_command=f"dbt run --project-dir {DBT} --vars 'price: '$PRICE")
test = BashOperator(task_id="test", bash_command=f"cd {DBT} && dbt test")
done = PythonOperator(task_id="announce", python_callable=announce)
seed >> run >> test >> done
"""

RUN = """
import json, sys
import dagster as dg
sys.path.insert(0, sys.argv[1])
from made.definitions import defs
done = defs.resolve_job_def("shop").execute_in_process(raise_on_error=False)
events = done.all_events
found = {
    "failed": [e.step_key for e in events if e.event_type_value == "STEP_FAILURE"],
    "made": [e.asset_key.to_user_string() for e in events if e.event_type_value == "ASSET_MATERIALIZATION"],
    "checks": {
        e.event_specific_data.check_name: e.event_specific_data.passed
        for e in events if e.event_type_value == "ASSET_CHECK_EVALUATION"
    },
}
print(json.dumps(found))
"""


def test_seed_run_and_test_are_three_steps_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Converted, loaded (which writes the manifest), compared with the DAG, and run: a test of dbt fails."""
    for path, text in PROJECT.items():
        (tmp_path / "dbt" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "dbt" / path).write_text(text)
    monkeypatch.setenv("SHOP_DB", str(tmp_path / "shop.duckdb"))
    monkeypatch.setenv("PRICE", "5")  # times the rates it is none of the accepted values
    made = converted(tmp_path, TASKS, DagPlan(dbt="assets", level="asset"))
    assert codes(made, "OP") == ["OP102", "OP102", "OP102"]
    assert {f.message for f in made.findings if "--no-use-colors" in f.message} != set()
    write(tmp_path / "made", made.files, made.manifest)
    loaded = loads.load(tmp_path / "made")
    assert same_graph.check(scan([tmp_path / "dags"])[0].dags, made.manifest, loaded) == []
    assert loaded["assets"]["prices"]["upstream"] == ["rates"]
    assert loaded["assets"]["shop/announce"]["upstream"] == ["shop/test"]
    assert loaded["assets"]["shop/test"]["upstream"] == ["prices"]
    found = _run(tmp_path)
    assert (found["failed"], found["made"]) == (["shop__test"], ["rates", "prices"])
    assert sorted(found["checks"].values()) == [False, True]


def _run(folder: Path) -> dict[str, Any]:
    words = [sys.executable, "-c", RUN, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
