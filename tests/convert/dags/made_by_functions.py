"""Tasks that helper functions make."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

SOURCES = [
    {"name": "shop", "url": "https://shop.example", "critical": True},
    {"name": "web", "url": "https://web.example", "critical": False},
    {"name": "mail", "url": "https://mail.example", "critical": False},
]


def fetch(name, url, **kwargs):
    print(kwargs["ds"], url)
    return {"source": name}


def make_fetch(dag, source):
    """A task that fetches one source."""
    settings = {"name": source["name"], "url": source["url"]}
    return PythonOperator(
        task_id="fetch_" + source["name"],
        python_callable=fetch,
        op_kwargs=settings,
        retries=3 if source["critical"] else 0,
        dag=dag,
    )


def make_check(dag, name, after=None):
    def check(ti):
        found = ti.xcom_pull(task_ids=f"fetch_{name}")
        return found == {"source": name}

    made = PythonOperator(task_id=f"check_{name}", python_callable=check, dag=dag)
    if after is not None:
        made.set_upstream(after)
    return made


dag = DAG("helped", schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)

checks = []
for source in SOURCES:
    checks.append(make_check(dag, source["name"], after=make_fetch(dag, source)))

publish = BashOperator(task_id="publish", bash_command="echo published", dag=dag)
checks >> publish
