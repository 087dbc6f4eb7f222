"""Tasks and DAGs that a file beside this one lists."""

import logging
import os
from datetime import datetime, timedelta

import yaml
from airflow import DAG
from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import BranchPythonOperator, PythonOperator
from airflow.utils.task_group import TaskGroup

log = logging.getLogger(__name__)
HERE = os.path.dirname(__file__)
with open(os.path.join(HERE, "sales.yaml")) as f:
    CONFIG = yaml.safe_load(f)

DEFAULTS = dict(owner="sales", retries=1, retry_delay=timedelta(seconds=1))


def fetch(shop, since=None, **context):
    log.info("fetching %s", shop)
    return {"shop": shop, "since": since, "ds": context["ds"]}


def merge(shops, **kwargs):
    ti = kwargs["ti"]
    return [ti.xcom_pull(task_ids="fetch.fetch_north")["shop"], len(shops)]


def pick(**context):
    return "big" if len(CONFIG["shops"]) > 1 else "small"


with DAG(
    "sales",
    schedule="@daily",
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args=DEFAULTS,
    tags=["sales"],
) as dag_sales:
    begin = EmptyOperator(task_id="begin")
    tasks = {}
    with TaskGroup("fetch") as fetching:
        for number, (shop, settings) in enumerate(CONFIG["shops"].items(), start=1):
            if not settings.get("enabled", True):
                log.warning("%s is off", shop)
                continue
            tasks[shop] = PythonOperator(
                task_id=f"fetch_{shop}",
                python_callable=fetch,
                op_kwargs={"shop": shop, "since": settings["since"]},
                doc_md=f"Shop number {number}",
                retries=settings.get("retries", DEFAULTS["retries"]),
            )
    merged = PythonOperator(task_id="merge", python_callable=merge, op_kwargs={"shops": list(tasks)})
    begin >> list(tasks.values()) >> merged

    @task
    def summarize(shop: str, factor: int = 2):
        return f"{shop}*{factor}"

    summaries = [summarize.override(task_id=f"sum_{s}")(s, factor=i) for i, s in enumerate(tasks)]
    merged >> summaries

    @task
    def report(rows):
        return ", ".join(sorted(rows))

    done = report(summaries)
    for s in CONFIG["mail"]:
        send = BashOperator(task_id="mail_" + s.split("@")[0], bash_command=f"echo {s} {{{{ ds }}}}")
        done >> send

with DAG("made_branching", schedule=None, start_date=datetime(2024, 1, 1)) as b:
    choose = BranchPythonOperator(task_id="choose", python_callable=pick)
    joined = EmptyOperator(task_id="joined", trigger_rule="none_failed_min_one_success")
    for size, limit in {"small": 10, "big": 100}.items():

        @task(task_id=size)
        def run(limit=limit):
            return limit

        choose >> run() >> joined


@dag(schedule=None, start_date=datetime(2024, 1, 1))
def made_grouped():
    @task
    def source(name):
        return name * 2

    @task
    def clean(text, suffix="."):
        return text + suffix

    @task_group
    def per_name(name):
        return clean(source(name), suffix=name[0])

    @task
    def finish(values):
        return values

    finish([per_name(n) for n in ("ab", "cd")])


made_grouped()


def build(name, hours, *, sla=None):
    with DAG(
        f"export_{name}",
        schedule=f"0 {hours[0]} * * *",
        start_date=datetime(2024, 1, 1),
        catchup=False,
        tags=["export", name],
        description=f"Exports {name}",
    ) as made:

        def export(hour):
            return f"{name}:{hour}"

        previous = None
        for hour in hours:
            step = PythonOperator(task_id=f"export_{hour}", python_callable=export, op_args=[hour])
            if previous is not None:
                previous >> step
            previous = step
    return made


EXPORTS = {"crm": [1, 2], "erp": [3, 4]}
for export_name, export_hours in EXPORTS.items():
    globals()["export_" + export_name] = build(export_name, export_hours)
