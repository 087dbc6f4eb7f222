"""Operator classes of the users' own: which move without Airflow, what their steps call, what both systems do."""

import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from migrator import plan as plans
from migrator.convert import Conversion, convert_project
from migrator.phase_one.lifts import lifts
from migrator.scan import scan

COMPANY = Path(__file__).parent / "company"
FILE = """
from datetime import datetime, timedelta
from airflow import DAG
from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.models import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.base import BaseSensorOperator

class Load(BaseOperator):
{body}

def rows():
    return [1]

with DAG("d", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False):
    first = PythonOperator(task_id="first", python_callable=rows)
    first >> {task}
"""
INIT = """
    template_fields = ("table",)
    def __init__(self, *, table, **kwargs):
        super().__init__(**kwargs)
        {init}
    def execute(self, context):
        {execute}
"""
KEEPS = INIT.replace("{init}", "self.table = table")
LOAD = 'Load(task_id="load", table="t_{{ ds }}")'


def convert(folder: Path, body: str, task: str = LOAD) -> Conversion:
    (folder / "d.py").write_text(FILE.format(body=body, task=task))
    project = scan([folder])[0]
    return convert_project(project, plans.Plan(), lifts(project, None), name="new")


def step(made: Conversion) -> str:
    """The body of the step, on one line."""
    text = made.files["defs/d.py"]
    lines = text[text.index("def load(") :].splitlines()[1:]
    body = takewhile(lambda line: line.startswith("    "), lines)
    return " ".join(line.strip() for line in body).replace('"', "'")


@pytest.mark.parametrize(
    ("body", "task", "text"),
    [
        pytest.param(
            KEEPS.format(execute="return self.table"),
            LOAD,
            "return Load(table=f't_{context.partition_key}').execute({})",
            id="a template field is rendered before",
        ),
        pytest.param(
            KEEPS.replace('("table",)', "()").format(execute="return self.table"),
            LOAD,
            "return Load(table='t_{{ ds }}').execute({})",
            id="what is no template field stays as it is",
        ),
        pytest.param(
            KEEPS.format(execute='print(context["ds"], self.task_id)'),
            'Load(task_id="load", table="x", retries=3)',
            "Load(table='x', task_id='load').execute({'ds': context.partition_key})",
            id="what it asks of the context, and its own name",
        ),
        pytest.param(
            KEEPS.format(execute='return context["ti"].xcom_pull(task_ids=self.table)'),
            'Load(task_id="load", table="first")',
            "task_instance = TaskInstance({('first', 'return_value'): first}) "
            "return Load(table='first').execute({'ti': task_instance})",
            id="it pulls from the task that an argument names",
        ),
        pytest.param(
            KEEPS.format(execute='context["ti"].xcom_push(key="n", value=1)'),
            'Load(task_id="load", table="first")',
            "task_instance = TaskInstance() Load(table='first').execute({'ti': task_instance}) "
            "return task_instance.pushed.get('n')",
            id="what it pushes is an output",
        ),
        pytest.param(
            INIT.format(init="self.table = table or 'all'", execute="return self.table"),
            LOAD,
            "return Load(table=f't_{context.partition_key}').execute({})",
            id="a template that is never empty, with another value for an empty one",
        ),
        pytest.param(
            INIT.format(init='self.table = f"s_{table}"; self.raw = table', execute="return self.table"),
            LOAD,
            "operator = Load(table='t_{{ ds }}') operator.table = f's_t_{context.partition_key}' "
            "return operator.execute({})",
            id="a template field that is made of an argument",
        ),
        pytest.param(
            INIT.format(init="self.table = table or 'all'", execute="return self.table"),
            'Load(task_id="load", table="{{ params.x }}")',
            "operator = Load(table='{{ params.x }}') "
            "operator.table = render('{{ params.x }}', params=config.model_dump()) return operator.execute({})",
            id="a template that may be empty, where that means another value",
        ),
        pytest.param(
            INIT.replace('("table",)', '("table", "target")').format(
                init="self.table = table; self.target = None or f'x.{table}'", execute="return self.target"
            ),
            LOAD,
            "operator = Load(table='t_{{ ds }}') operator.table = f't_{context.partition_key}' "
            "operator.target = f'x.t_{context.partition_key}' return operator.execute({})",
            id="a field that is made of another one's argument",
        ),
        pytest.param(
            INIT.format(init="table = '{{ ds }}_' + table; self.table = table", execute="return self.table"),
            'Load(task_id="load", table="x")',
            "operator = Load(table='x') operator.table = f'{context.partition_key}_x' return operator.execute({})",
            id="an argument that becomes a template in the class",
        ),
        pytest.param(
            INIT.format(
                init="self.table = table; self.table.append('{{ ds }}')", execute="return self.table"
            ),
            'Load(task_id="load", table=["x"])',
            "operator = Load(table=['x']) operator.table = ['x', context.partition_key] "
            "return operator.execute({})",
            id="an argument that a template is put into",
        ),
        pytest.param(
            "    pass\n\nclass Team(BashOperator):\n    def __init__(self, *, script, **kwargs):\n"
            '        super().__init__(bash_command=f"python {script} {{{{ ds }}}}", **kwargs)\n',
            'Team(task_id="load", script="x.py")',
            "yield from run_bash(f'python x.py {context.partition_key}')",
            id="a class that only gives other arguments to an operator of Airflow",
        ),
        pytest.param(
            "    pass\n\nclass More(Load):" + KEEPS.format(execute="return self.table"),
            LOAD.replace("Load(", "More("),
            "return More(table=f't_{context.partition_key}').execute({})",
            id="a class of a class",
        ),
    ],
)
def test_a_step_makes_the_object_and_calls_it(tmp_path: Path, body: str, task: str, text: str) -> None:
    made = convert(tmp_path, body, task)
    assert made.manifest.dags["d"].tasks["load"].disposition == "native"
    assert step(made) == text


EXECUTE = "    def execute(self, context):\n        return 1\n"


@pytest.mark.parametrize(
    ("body", "task", "code", "why"),
    [
        (EXECUTE + "    def on_kill(self):\n        pass\n", 'Load(task_id="load")', "OP067", "`on_kill`"),
        (
            "    def execute(self, context):\n        return self.dag\n",
            'Load(task_id="load")',
            "OP067",
            "`dag`",
        ),
        (
            "    def execute(self, context):\n        print(self)\n",
            'Load(task_id="load")',
            "OP067",
            "as a whole",
        ),
        (
            "    def execute(self, context):\n        return dict(context)\n",
            'Load(task_id="load")',
            "DP041",
            "the context is handed on to `dict`",
        ),
        (
            INIT.format(init="self.table = table + str(open('x'))", execute="return 1"),
            LOAD,
            "OP068",
            "its __init__ makes `table` of something, and what that gives is not known",
        ),
        (
            INIT.replace("template_fields", "template_ext = ('.sql',)\n    template_fields").format(
                init="self.table = table", execute="return 1"
            ),
            'Load(task_id="load", table="x.sql")',
            "OP068",
            "a file with a template",
        ),
        (
            KEEPS.replace('("table",)', "()").format(execute="return self.table"),
            'Load(task_id="load", table=first.output)',
            "OP068",
            "an XCom, and no template field",
        ),
        (
            INIT.replace("(**kwargs)", "(execution_timeout=timedelta(hours=1), **kwargs)").format(
                init="self.table = table", execute="return 1"
            ),
            'Load.partial(task_id="load").expand(table=["a", "b"])',
            "OP069",
            "`execution_timeout`",
        ),
        (
            INIT.format(init="self.table, self.retry_exponential_backoff = table, True", execute="return 1"),
            LOAD,
            "OP069",
            "`retry_exponential_backoff`",
        ),
        (
            "    pass\n\nclass Mine(BashOperator):\n    def execute(self, context):\n        return 1\n",
            'Mine(task_id="load", bash_command="true")',
            "OP067",
            "it has a `execute` of its own, and BashOperator may use that",
        ),
    ],
)
def test_a_class_that_needs_airflow_keeps_its_tasks_there(
    tmp_path: Path, body: str, task: str, code: str, why: str
) -> None:
    made = convert(tmp_path, body, task)
    assert made.manifest.dags["d"].tasks["load"].disposition == "bridged"
    assert any(f.code == code and why in f.message for f in made.findings), [f.message for f in made.findings]


def test_what_a_class_hands_on_to_its_base_is_the_steps(tmp_path: Path) -> None:
    body = INIT.replace("(**kwargs)", "(execution_timeout=timedelta(minutes=5), **kwargs)")
    made = convert(tmp_path, body.format(init="self.table = table", execute="return 1"))
    assert made.manifest.dags["d"].tasks["load"].disposition == "native"
    assert "@time_limit(minutes=5)\ndef load(" in made.files["defs/d.py"]


def test_a_sensor_waits_as_its_class_says(tmp_path: Path) -> None:
    body = """    pass

class Ready(BaseSensorOperator):
    def __init__(self, *, poke_interval=5, **kwargs):
        super().__init__(poke_interval=poke_interval, timeout=20, **kwargs)
    def poke(self, context):
        return True
"""
    made = convert(tmp_path, body, 'Ready(task_id="load")')
    assert "wait_until(lambda: sensor.poke({}), poke_interval=5, timeout=20)" in made.files["defs/d.py"]


def test_a_connection_that_is_called_connection_is_still_found(tmp_path: Path) -> None:
    text = FILE.replace("import BaseOperator", "import BaseOperator\nfrom airflow.hooks.base import BaseHook")
    body = 'connection = BaseHook.get_connection("shop")\n        return connection.host'
    (tmp_path / "e.py").write_text(text.format(body=KEEPS.format(execute=body), task=LOAD))
    project = scan([tmp_path])[0]
    made = convert_project(project, plans.Plan(), lifts(project, None), name="new").files["defs/e.py"]
    assert "connection as connection_of" in made and 'connection = connection_of("shop")' in made


def test_the_text_of_a_class_has_nothing_of_airflow_any_more(tmp_path: Path) -> None:
    raises = """
        if not self.table:
            raise AirflowSkipException("none")
        if self.table == "x":
            raise AirflowFailException("never again")
        raise AirflowException("no")
"""
    made = convert(tmp_path, "    ui_color = '#fff'  # white\n" + KEEPS.format(execute=raises.strip()))
    text = made.files["defs/d.py"]
    assert "class Load(Operator):" in text and "ui_color" not in text and "template_fields" not in text
    assert 'raise Skip("none")' in text and 'raise dg.Failure("never again", allow_retries=False)' in text
    assert 'raise RuntimeError("no")' in text and "Airflow" not in text


def test_the_operators_of_a_company_do_in_both_systems_the_same(tmp_path: Path) -> None:
    out = tmp_path / "made"
    run = [sys.executable, "-m", "migrator"]
    told = subprocess.run(
        [*run, "convert", str(COMPANY), "--out", str(out)], capture_output=True, text=True, check=False
    )
    assert "12 native" in told.stdout, told.stdout + told.stderr
    options = ["--dags", str(COMPANY), "--airflow-python", sys.executable, "--date", "2024-01-01"]
    told = subprocess.run(
        [*run, "compare", str(out), *options], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert told.returncode == 0 and "1 runs: 1 equal" in told.stdout, told.stdout + told.stderr
