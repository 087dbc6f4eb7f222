"""Arguments whose names mean something else inside the function that gets them."""

from datetime import datetime, timedelta
from pathlib import Path

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

feed = "orders"
first, second = 1, 2
FOLDER = Path("/tmp")


@task
def extract(feed):
    feed = feed.upper()  # hides the name of the module
    return feed


@task
def swapped(first, second):
    return [first, second]


def named(name, where):
    # what the template says is known before any run
    return f"{name} in {where}"


# everybody is told
@dag(schedule=timedelta(days=1), start_date=datetime(2024, 1, 1), catchup=False, tags=["tägs", "täg"])
def hidden():
    taken = extract(feed)
    taken >> swapped(second, first)
    PythonOperator(
        task_id="named",
        python_callable=named,
        op_kwargs={"name": "{{ dag.dag_id }}.{{ task.task_id }}", "where": "{{ ti.task_id }}"},
    )
    BashOperator(task_id="listed", bash_command=f"echo {FOLDER / 'landing'}")


hidden()
