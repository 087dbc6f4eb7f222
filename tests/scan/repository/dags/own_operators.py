"""Operators of plugins/, helpers of include/. (airflow dag)"""

# ruff: noqa  # written as users write
from datetime import datetime
from include.helpers import DEFAULTS, register, with_defaults
from operators.team import NoInit, Scripted, SmallTeamOperator, TeamOperator
from compat import DAG, PythonOperator, task

BUILDERS = []


@register(BUILDERS)
def first(source):
    return TeamOperator(task_id="first", table=source.output, mode=source.output)


@register(BUILDERS)
def second(source):
    return SmallTeamOperator(table="x", sql="{{ ti.xcom_pull(task_ids='source') }}")


with DAG(
    "plugins",
    schedule=None,
    start_date=datetime(2024, 1, 1),
    default_args=with_defaults(retries=4, conn_id="x", table="from_defaults"),
) as d:
    source = PythonOperator(task_id="source", python_callable=print)
    last = None
    for build in BUILDERS:
        made = build(source)
        if last is not None:
            last >> made
        last = made
    NoInit(task_id="no_init")
    not_templated = TeamOperator(task_id="not_templated", table="y", mode=source.output)
    Scripted(task_id="scripted", script="a.sh")
    TeamOperator.partial(task_id="mapped_team", mode="x").expand(table=["a", "b"])
    NoInit.partial(task_id="mapped_no", retries=3).expand_kwargs(source.output)
    DEFAULTS["retries"] = 100
