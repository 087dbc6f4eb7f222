"""One DAG for each market."""

from datetime import datetime

from airflow import DAG
from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

MARKETS = [("de", 4), ("fr", 5), ("it", 6)]
START = datetime(2024, 1, 1)


def read(name):
    return [{"market": "de", "order_id": 2}, {"market": "fr", "order_id": 1}]


def make_market_dag(market, hour):
    """One DAG per market; the hour is when its shops have closed."""

    def collect():
        return [r for r in read("orders") if r["market"] == market]

    def rank(ti=None):
        return sorted(r["order_id"] for r in ti.xcom_pull(task_ids="collect"))

    with DAG(f"market_{market}", schedule=f"0 {hour} * * *", start_date=START, catchup=False) as dag:
        first = PythonOperator(task_id="collect", python_callable=collect)
        first >> PythonOperator(task_id="rank", python_callable=rank)
    return dag


for name, hour in MARKETS:
    globals()[f"market_{name}"] = make_market_dag(name, hour)


def create_dag(dag_id, schedule, default_args):
    dag = DAG(dag_id, schedule=schedule, default_args=default_args, start_date=START, catchup=False)

    with dag:

        @task
        def hello(*, name="world"):
            return f"hello {name} from {dag_id}"

        BashOperator(task_id="say", bash_command=f"echo {dag_id}") >> hello()

    return dag


nightly = create_dag("nightly_report", "0 3 * * *", {"owner": "finance"})
weekly = create_dag("weekly_report", "0 3 * * 1", {"owner": "finance", "retries": 2})


def make_summary(period, schedule):
    @dag(
        dag_id=f"summary_{period}", schedule=schedule, start_date=START, catchup=False, tags=["shop", period]
    )
    def summary():
        @task
        def count(data_interval_end=None):
            return [period, data_interval_end.isoformat(), len(read("orders"))]

        @task
        def show(counted):
            return " ".join(str(part) for part in counted)

        show(count())

    return summary()


for period, schedule in {"daily": "@daily", "weekly": "@weekly"}.items():
    globals()[f"summary_{period}"] = make_summary(period, schedule)
