"""What tasks tell and read of the events of assets."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, AssetAlias, Metadata, asset, task

START = datetime(2024, 1, 1)
ORDERS = Asset("s3://shop/orders")
PLAIN = Asset("s3://shop/plain")
DAILY = AssetAlias("daily")


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
        outlet_events[DAILY].add(Asset("s3://shop/x"), extra={"n": 1})
        outlet_events[DAILY].add(Asset("s3://shop/x"), extra={"n": 1})
        outlet_events[DAILY].add(Asset("s3://shop/x"), extra={"n": 2})
        outlet_events[DAILY].add(Asset("s3://shop/y"))
        outlet_events[Asset("s3://not/declared")].extra = {"lost": True}

    @task(outlets=[ORDERS, DAILY])
    def by_metadata():
        yield Metadata(Asset("s3://shop/z"), {"m": 1}, alias=DAILY)

    says = BashOperator(task_id="says", bash_command="echo said", outlets=[PLAIN], post_execute=tell)

    def fail(**context):
        context["outlet_events"][ORDERS].extra = {"failed": True}
        raise ValueError

    by_yield() >> by_alias() >> by_metadata() >> says
    PythonOperator(task_id="fails", python_callable=fail, outlets=[ORDERS])


@asset(uri="s3://shop/made", schedule=None)
def made(self, outlet_events, context):
    same = context["outlet_events"][self].extra is outlet_events[self].extra
    outlet_events[self].extra = {"by": self.name, "same": same}
    return self.uri


@asset(schedule=None)
def follows(context, made):
    found = context["inlet_events"][made]
    newest = [event.extra for event in found.ascending(False).limit(1)]
    return [
        newest,
        [event.extra for event in found],
        made.uri,
        len(context["inlet_events"].for_asset(name="made")),
    ]


with DAG("reads", schedule=[ORDERS], start_date=START):

    @task(inlets=[ORDERS, PLAIN, DAILY, Asset("s3://shop/x")])
    def read(inlet_events=None):
        return {
            "orders": [e.extra for e in inlet_events[ORDERS]],
            "plain": [e.extra for e in inlet_events[PLAIN]],
            "last": inlet_events[ORDERS][-1].extra,
            "slice": [e.extra for e in inlet_events[0][:2]],
            "daily": sorted([e.asset.uri, str(e.extra)] for e in inlet_events[DAILY]),
            "x": [e.extra for e in inlet_events[Asset("s3://shop/x")]],
            "n": len(inlet_events[ORDERS]),
            "dag": {e.source_dag_id for e in inlet_events[ORDERS]} == {"writes"},
        }

    @task(inlets=[ORDERS])
    def read_other(inlet_events=None):
        try:
            return len(inlet_events[Asset("s3://no/inlet")])
        except KeyError:
            return "KeyError"

    read()
    read_other()
    BashOperator(
        task_id="shown", inlets=[PLAIN], bash_command="echo 'it {{ inlet_events[0][-1].extra | tojson }}'"
    )
