"""Templates that do more than put values in, and names that a DAG gives its templates."""

# Converted from `templated.py`.

import json
import os
from datetime import timedelta

import dagster as dg
import pendulum

from ..runtime.connections import conn, var
from ..runtime.dates import data_interval
from ..runtime.shell import run_bash
from ..runtime.templates import XComs, ds_format, render, render_native

TABLES = ["orders", "customers"]


def shout(text):
    return text.upper()


def quarter(day):
    return (int(day[5:7]) + 2) // 3


daily = dg.DailyPartitionsDefinition("2024-01-01", timezone="UTC")
TEMPLATED = dict(key_prefix="templated", group_name="templated", partitions_def=daily)


class TemplatedConfig(dg.PermissiveConfig):
    """What a run of templated is launched with."""

    limit: int = 3
    region: str = "eu"


@dg.asset(**TEMPLATED, deps=[dg.AssetKey(["templated", "listed"])])
def dates(context: dg.AssetExecutionContext):
    templates_dict = {
        "before": (context.partition_time_window.start - timedelta(days=1)).strftime("%Y/%m/%d"),
        "month": pendulum.instance(context.partition_time_window.start)
        .start_of("month")
        .strftime("%Y-%m-%d"),
        "rome": pendulum.instance(context.partition_time_window.end).in_timezone("Europe/Rome").isoformat(),
        "format": ds_format(context.partition_key, "%Y-%m-%d", "%d.%m.%Y"),
        "next": f"{data_interval(context).next_ds} {data_interval(context).prev_ds_nodash} {context.partition_time_window.start + timedelta(days=1):%Y-%m-%d}",
        "whole": str(context.partition_time_window.start),
        "key": f"{'templated__dates__' + context.partition_key.replace('-', '')} dates templated {context.retry_number + 1}",
        "run": f"{context.partition_time_window.start.strftime('%H:%M')} templated False",
        "set": render("{% set day = ds.split('-') %}{{ day[2] }}{# gone #}", ds=context.partition_key),
    }
    return templates_dict


def received(texts, more=None):
    return [texts, more]


@dg.asset(**TEMPLATED)
def listed():
    return {"rows": [1, 2], "path": "a/b"}


@dg.asset(**TEMPLATED, output_required=False)
def loops(context: dg.AssetExecutionContext, config: TemplatedConfig):
    yield from run_bash(
        render(
            """
        {% for i in range(params.limit) %}
        echo "{{ macros.ds_add(ds, i) }} {{ params.region | upper }}"
        {% endfor %}
        {% if dag_run.conf.get('full') %}echo full{% else %}echo part{% endif %}
        """,
            dag_run={"conf": config.model_dump(exclude_unset=True)},
            ds=context.partition_key,
            params={"limit": config.limit, "region": config.region},
        )
    )


@dg.asset(**TEMPLATED)
def own(context: dg.AssetExecutionContext):
    return received(
        texts=render(
            "{{ quarter(ds) }} {{ version }} {{ tables | join(', ') }} {{ twice(2) }}",
            ds=context.partition_key,
            quarter=quarter,
            tables=TABLES,
            twice=(lambda x: x * 2),
            version="1.2",
        ),
        more=render("{{ ds | shout }} {{ 'x' | shout }}", {"shout": shout}, ds=context.partition_key),
    )


@dg.asset(
    **TEMPLATED,
    ins={"listed": dg.AssetIn(key=["templated", "listed"]), "dates": dg.AssetIn(key=["templated", "dates"])},
)
def pulls(listed, dates):
    return received(
        texts=str(listed["path"]),
        more=render(
            "{% for row in ti.xcom_pull(task_ids='listed').rows %}{{ row }};{% endfor %}{{ ti.xcom_pull(task_ids=['listed', 'dates'])[0].path }}",
            ti=XComs({("listed", "return_value"): listed, ("dates", "return_value"): dates}),
        ),
    )


@dg.asset(**TEMPLATED)
def settings():
    return received(
        texts=f"{os.environ['AIRFLOW_VAR_CASES_BUCKET']}/{json.loads(os.environ['AIRFLOW_VAR_CASES_LIMITS'])['rows']}",
        more=render(
            "{{ conn.cases_db.host }}:{{ conn.cases_db.port }}/{{ conn.cases_db.schema | upper }} {{ conn.cases_db.extra_dejson.mode }} {{ var.value.get('cases_none', 'no') | title }}",
            conn=conn,
            var=var,
        ),
    )


TEMPLATED_VALUES = dict(key_prefix="templated_values", group_name="templated_values", partitions_def=daily)


@dg.asset(**TEMPLATED_VALUES)
def made():
    return {"a": [1, 2]}


@dg.asset(**TEMPLATED_VALUES, ins={"made": dg.AssetIn(key=["templated_values", "made"])})
def got(context: dg.AssetExecutionContext, made):
    return received(
        texts=render_native("{{ ti.xcom_pull('made') }}", ti=XComs({("made", "return_value"): made})),
        more=[
            render_native("{{ 1 + 2 }}"),
            render_native("{{ ds }}", ds=context.partition_key),
            render_native("7"),
            "seven",
            render_native("{{ [ds] }}", ds=context.partition_key),
        ],
    )


templated_job = dg.define_asset_job("templated", selection=[listed, loops, dates, own, pulls, settings])
templated_schedule = dg.build_schedule_from_partitioned_job(templated_job)
templated_values_job = dg.define_asset_job("templated_values", selection=[made, got])
templated_values_schedule = dg.build_schedule_from_partitioned_job(templated_values_job)
defs = dg.Definitions(
    assets=[listed, loops, dates, own, pulls, settings, made, got],
    jobs=[templated_job, templated_values_job],
    schedules=[templated_schedule, templated_values_schedule],
)
