"""Functions that hand the context on, push on some ways only, and ask for its smaller parts."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import task
from airflow.exceptions import AirflowException
from airflow.hooks.base import BaseHook
from airflow.models import TaskInstance, Variable
from airflow.operators.python import PythonOperator, get_current_context
from airflow.utils.context import Context

PREFIX = "cases"


def stamp(context: Context, name):
    """Reads three parts of it."""
    return f"{name} {context['ds']} {context['ti'].task_id} {context['dag_run'].run_id is not None}"


def remember(ti: TaskInstance, rows) -> None:
    ti.xcom_push(key="count", value=len(rows))
    ti.log.info("%s rows", len(rows))


def describe(ds, ts_nodash, **kwargs):
    before = kwargs["task_instance"].xcom_pull(task_ids="load")
    return [ds, ts_nodash, kwargs["dag"].dag_id, kwargs["logical_date"].add(days=1).to_date_string(), before]


def load(**context):
    rows = [1, 2, 3]
    remember(context["ti"], rows)
    return [stamp(context, "load"), len(rows)]


def on_some_ways(**kwargs):
    ti: TaskInstance = kwargs["ti"]
    day = kwargs["logical_date"].day
    if day % 2:
        ti.xcom_push(key="odd", value=day)
        return "odd"
    for n in range(day):
        ti.xcom_push(key="last", value=n)
    if day > 100:
        return


def collects(ti, task, dag, **kwargs):
    found = ti.xcom_pull(task_ids=["load", "on_some_ways", "nothing"])
    return [
        list(found),
        ti.xcom_pull("load", key="count"),
        ti.xcom_pull("on_some_ways", key="odd"),
        ti.xcom_pull("on_some_ways", key="last"),
        task.task_id,
        dag.dag_id,
        ti.try_number,
        kwargs["test_mode"],
    ]


def nothing():
    return None


def settings():
    db = BaseHook.get_connection("cases_db")
    limit = Variable.get(f"{PREFIX}_limits", deserialize_json=True)["rows"]
    if limit > 100:
        raise AirflowException("too many rows")
    return [db.host, db.port, db.schema, db.extra_dejson.get("mode"), len(db.password), limit]


with DAG("asks", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False) as dag:
    loaded = PythonOperator(task_id="load", python_callable=load)
    pushed = PythonOperator(task_id="on_some_ways", python_callable=on_some_ways)
    empty = PythonOperator(task_id="nothing", python_callable=nothing)
    collected = PythonOperator(task_id="collects", python_callable=collects)
    described = PythonOperator(task_id="describe", python_callable=lambda **kwargs: describe(**kwargs))

    @task
    def current():
        context = get_current_context()
        return describe(**context)

    [loaded, pushed, empty] >> collected >> current() >> described
    PythonOperator(task_id="settings", python_callable=settings)
