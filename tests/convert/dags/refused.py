"""What a conversion would change without a sound, so that these DAGs stay in Airflow."""

from collections import OrderedDict as json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.models import Variable


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def pushed_and_changed():
    @task
    def push(ti=None):
        rows = [1]
        ti.xcom_push("rows", rows)
        rows.append(2)

    push()


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def context_of_its_own():
    @task
    def read(**kwargs):
        context = {"mine": 1}
        return [context, kwargs["ds"]]

    read()


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def another_json():
    @task
    def read():
        return [json(a=1), Variable.get("limits", default_var={}, deserialize_json=True)]

    read()


@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def printed_name():
    @task
    def read(**context):
        return f"{context['ds']=}"

    read()


folder = datetime(2024, 1, 1)


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def assigned_again():
    @task
    def read(day):
        return day.hour

    day = folder.time()
    read(day)
    day = folder.date()


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def only_pushed():
    @task
    def push(ti=None):
        ti.xcom_push("rows", [1])

    @task
    def read(rows):
        return rows

    read(push())


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def changed_argument():
    @task
    def read():
        return [1]

    @task
    def add(rows, all_rows):
        rows.append(2)
        return [rows, all_rows]

    rows = read()
    add(rows, {"all": rows})


pushed_and_changed()
context_of_its_own()
another_json()
printed_name()
assigned_again()
only_pushed()
changed_argument()
