"""Task groups: nested, without prefix, decorated and called twice, with defaults of their own."""

from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.models.dag import DAG
from airflow.operators.empty import EmptyOperator
from airflow.utils.edgemodifier import Label
from airflow.utils.task_group import TaskGroup
from airflow.utils.trigger_rule import TriggerRule

with DAG(
    "groups_classic", start_date=datetime(2024, 1, 1), schedule="@weekly", default_args={"retries": 1}
) as classic:
    begin = EmptyOperator(task_id="begin")
    with TaskGroup("outer", default_args={"retries": 5, "pool": "narrow"}) as outer:
        first = EmptyOperator(task_id="first")
        with TaskGroup(group_id="inner", prefix_group_id=False) as inner:
            x = EmptyOperator(task_id="x")
            y = EmptyOperator(task_id="y", retries=0)
            x >> y
        with TaskGroup("deep") as deep:
            z = EmptyOperator(task_id="z")
        first >> [inner, deep]
    with TaskGroup("other") as other:
        EmptyOperator(task_id="p")
        EmptyOperator(task_id="q", trigger_rule=TriggerRule.ONE_SUCCESS)
    end = EmptyOperator(task_id="end")
    begin >> outer >> Label("then") >> other >> end
    begin >> Label("short cut") >> end
    outside = EmptyOperator(task_id="outside", task_group=other)


@dag(schedule="0 6 * * 1-5", start_date=datetime(2024, 1, 1), catchup=True, tags=["groups"])
def groups_decorated():
    @task
    def make():
        return [1, 2]

    @task
    def use(value, *more, factor=1):
        return value

    @task(task_id="last", trigger_rule="none_failed")
    def finish(values):
        print(values)

    @task_group
    def part(value):
        return use(use(value, factor=2))

    @task_group(group_id="named", tooltip="x")
    def named():
        use(1)
        use.override(task_id="renamed", retries=4)(2)

    source = make()
    results = [part(source), part(source), part(7)]
    tail = named()
    finish({"a": results[0], "b": [results[1:]]}) >> tail
    named.override(group_id="again")() << tail

    @task_group
    def mapped(value):
        return use(value)

    mapped.expand(value=source) >> EmptyOperator(task_id="after_mapped")


groups_decorated()


@dag("called_by_name", schedule=None, start_date=datetime(2024, 1, 1))
def never_seen_under_this_name(limit: int = 3):
    """The docstring."""

    @task.branch
    def choose():
        return "left"

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def enough():
        return True

    @task.bash
    def shell():
        return "echo"

    @task.sensor(poke_interval=5, timeout=10, mode="reschedule")
    def wait():
        return True

    (
        wait()
        >> choose()
        >> [EmptyOperator(task_id="left"), EmptyOperator(task_id="right")]
        >> enough()
        >> shell()
    )


instance = never_seen_under_this_name(limit=5)


@dag(schedule=None)
def not_called():
    EmptyOperator(task_id="nothing")
