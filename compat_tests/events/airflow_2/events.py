"""What tasks tell and read of the events of datasets."""

from datetime import datetime

from airflow import DAG
from airflow.datasets import Dataset, DatasetAlias
from airflow.datasets.metadata import Metadata
from airflow.decorators import task
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

START = datetime(2024, 1, 1)
ORDERS = Dataset("s3://shop/orders")
PLAIN = Dataset("s3://shop/plain")
DAILY = DatasetAlias("daily")


def tell(context, result):
    context["outlet_events"][PLAIN].extra = {"said": result}


with DAG("writes", schedule=None, start_date=START):

    @task(outlets=[ORDERS, PLAIN])
    def by_yield():
        yield Metadata(ORDERS, {"a": 1})
        yield Metadata(ORDERS, {"b": [2, None]})
        return "done"

    @task(outlets=[ORDERS, DAILY])
    def by_alias(outlet_events=None):
        outlet_events[DAILY].add(Dataset("s3://shop/x"), extra={"n": 1})
        outlet_events[DAILY].add(Dataset("s3://shop/x"), extra={"n": 1})
        outlet_events[DAILY].add(Dataset("s3://shop/x"), extra={"n": 2})
        outlet_events[DAILY].add(Dataset("s3://shop/y"))
        outlet_events[Dataset("s3://not/declared")].extra = {"lost": True}

    @task(outlets=[ORDERS, DAILY])
    def by_metadata():
        yield Metadata(Dataset("s3://shop/z"), {"m": 1}, alias=DAILY)

    says = BashOperator(task_id="says", bash_command="echo said", outlets=[PLAIN], post_execute=tell)

    def fail(**context):
        context["outlet_events"][ORDERS].extra = {"failed": True}
        raise ValueError

    by_yield() >> by_alias() >> by_metadata() >> says
    PythonOperator(task_id="fails", python_callable=fail, outlets=[ORDERS])

with DAG("reads", schedule=[ORDERS], start_date=START):

    @task(inlets=[ORDERS, PLAIN, DAILY, Dataset("s3://shop/x")])
    def read(inlet_events=None):
        return {
            "orders": [e.extra for e in inlet_events[ORDERS]],
            "plain": [e.extra for e in inlet_events[PLAIN]],
            "last": inlet_events[ORDERS][-1].extra,
            "slice": [e.extra for e in inlet_events[0][:2]],
            "daily": sorted([e.uri, str(e.extra)] for e in inlet_events[DAILY]),
            "x": [e.extra for e in inlet_events[Dataset("s3://shop/x")]],
            "n": len(inlet_events[ORDERS]),
            "dag": {e.source_dag_id for e in inlet_events[ORDERS]} == {"writes"},
        }

    @task(inlets=[ORDERS])
    def read_other(inlet_events=None):
        try:
            return len(inlet_events[Dataset("s3://no/inlet")])
        except KeyError:
            return "KeyError"

    read()
    read_other()
    BashOperator(
        task_id="shown", inlets=[PLAIN], bash_command="echo 'it {{ inlet_events[0][-1].extra | tojson }}'"
    )
