"""What a run is launched with: params of the DAG and of a task, and `dag_run.conf`, in functions and in templates."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import dag, task
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

PARAMS = {
    "region": "eu",
    "limit": Param(5, type="integer", minimum=1, maximum=10, description="How many rows."),
    "mode": Param("full", type="string", enum=["full", "delta"]),
    "names": Param(["a"], type="array", items={"type": "string"}),
    "maybe": Param(None, type=["null", "string"]),
}


def report(params, dag_run):
    """Reads some by name, and all that was given."""
    given = sorted(dag_run.conf)
    return [params["region"], dag_run.conf.get("note", "none"), given, params["limit"] + 1]


def whole(**context):
    params = context["params"]
    conf = context["dag_run"].conf
    if "more" in conf:
        return [params, conf["more"]]
    return params


def tell(params, text):
    return f"{text}: {params['mode']} {len(params)}"


with DAG("launched", schedule=None, start_date=datetime(2024, 1, 1), params=PARAMS):
    # what people type into the form
    reported = PythonOperator(task_id="report", python_callable=report)
    all_of_it = PythonOperator(task_id="whole", python_callable=whole)
    shell = BashOperator(
        task_id="shell",
        bash_command="echo {{ params.region }} {{ params['limit'] }} {{ dag_run.conf.get('note') }} {{ params.mode }}",
        params={"region": "task"},
    )
    reported >> all_of_it >> shell

with DAG("launched_with_conf", schedule=None, start_date=datetime(2024, 1, 1), params=PARAMS):

    @task
    def one(params=None, dag_run=None):
        note = dag_run.conf.get("note")
        return [params["region"], params.get("limit"), note]

    @task
    def other(value, **context):
        settings = context["params"]
        return [value, settings["limit"], sorted(settings)]

    shown = BashOperator(
        task_id="shown",
        bash_command="echo {{ params.region }} {{ dag_run.conf['note'] }} {{ dag_run.conf.more }}",
        params={"region": "task"},
    )
    first = PythonOperator(task_id="first", python_callable=tell, op_kwargs={"text": "{{ params.limit }}"})
    second = PythonOperator(task_id="second", python_callable=tell, op_kwargs={"text": "two"})
    other(one()) >> shown >> [first, second]


@dag(
    schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False, params={"limit": 3}, max_active_runs=1
)
def launched_daily():
    @task
    def load(ds=None, params=None, dag_run=None):
        path = dag_run.conf.get("path")
        return f"{ds} {params['limit']} {path} {dag_run.dag_id}"

    @task
    def count(text, **context):
        return len(text) + context["params"]["limit"]

    count(load())


launched_daily()
