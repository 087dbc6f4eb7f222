"""What companies write with the assets of Airflow 3: functions that are assets, events with extra, aliases."""

from datetime import datetime
from typing import TYPE_CHECKING

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import (
    DAG,
    Asset,
    AssetAlias,
    CronPartitionTimetable,
    DayWindow,
    Metadata,
    PartitionedAssetTimetable,
    RollupMapper,
    StartOfDayMapper,
    StartOfMonthMapper,
    asset,
    get_current_context,
    task,
)
from airflow.sdk.execution_time.context import NEVER_EXPIRE

START = datetime(2024, 1, 1)
ORDERS = Asset("orders", "s3://shop/orders")
REPORT = Asset("s3://shop/report")
DAILY = AssetAlias("daily")


@asset(uri="s3://shop/prices", schedule="@daily")
def prices(self, context, outlet_events):
    """Prices of today."""
    outlet_events[self].extra = {"rows": 2, "run": bool(context["run_id"])}
    return [1, 2]


@asset.multi(outlets=[Asset("s3://shop/a"), Asset("s3://shop/b")], schedule=None)
def halves(outlet_events):
    outlet_events[Asset("s3://shop/a")].extra = {"half": 1}


@asset(schedule=prices)
def summary(context, prices):
    events = context["inlet_events"][prices]
    return [event.extra["rows"] for event in events]


with DAG("writes_orders", schedule=None, start_date=START):

    @task(outlets=[ORDERS])
    def yields(rows):
        for row in rows:
            yield Metadata(ORDERS, {"last": row})
        return len(rows)

    @task(outlets=[DAILY])
    def adds():
        context = get_current_context()
        context["outlet_events"][DAILY].add(Asset("s3://shop/2024-01-01"), extra={"day": 1})

    def send(name, **context):
        context["outlet_events"][REPORT].extra["name"] = name

    (
        yields([1, 2, 3])
        >> adds()
        >> PythonOperator(task_id="sends", python_callable=send, op_kwargs={"name": "all"}, outlets=[REPORT])
    )


def tell(context, result):
    context["outlet_events"][REPORT].extra = {"said": result}


def tell_more(context, result):
    print(context["ti"].state)


with DAG("writes_reports", schedule=None, start_date=START):
    BashOperator(task_id="says", bash_command="echo done", outlets=[REPORT], post_execute=tell)
    BashOperator(task_id="asks", bash_command="echo done", post_execute=tell_more)

    @task(inlets=[ORDERS])
    def keeps(asset_state_store=None, task_state_store=None):
        asset_state_store.set("runs", asset_state_store.get("runs", 0) + 1)
        task_state_store.set("state", "kept", retention=NEVER_EXPIRE)
        return asset_state_store[ORDERS].get("runs"), task_state_store.get("state")

    keeps()

with DAG("reads_orders", schedule=[ORDERS, DAILY], start_date=START):

    @task(inlets=[ORDERS, DAILY])
    def read(inlet_events, triggering_asset_events):
        return {
            "last": inlet_events[ORDERS][-1].extra["last"],
            "days": [event.extra["day"] for event in inlet_events[DAILY]],
            "started by": sorted(a.uri for a in triggering_asset_events if isinstance(a, Asset)),
            "prices": len(prices.uri),
        }

    @task(inlets=[ORDERS])
    def read_more_than_there_is(inlet_events):
        return inlet_events[ORDERS][-1].source_task_id

    read()
    read_more_than_there_is()


@asset(
    uri="s3://shop/hours",
    schedule=CronPartitionTimetable("0 * * * *", timezone="UTC", key_format="%Y-%m-%dT%H"),
)
def hours(): ...


with DAG(
    "days",
    schedule=PartitionedAssetTimetable(
        assets=Asset.ref(name="hours"),
        default_partition_mapper=RollupMapper(
            upstream_mapper=StartOfDayMapper(input_format="%Y-%m-%dT%H"),
            window=DayWindow(),  # all of its hours
        ),
    ),
    start_date=START,
    catchup=False,
):

    @task
    def day(dag_run=None, **context):
        if TYPE_CHECKING:
            assert dag_run
        return f"{dag_run.partition_key} {context['partition_date']:%A}"

    day()

MONTHS = StartOfMonthMapper()

with DAG("months", schedule=PartitionedAssetTimetable(assets=ORDERS, default_partition_mapper=MONTHS)):

    @task
    def month():
        return 1

    month()

with DAG("dated_days", schedule=PartitionedAssetTimetable(assets=ORDERS), start_date=START):

    @task
    def dated(ds):
        return ds

    dated()
