"""Tasks of a mapped group that pull from each other, tasks between two of a group, and branches that name others."""

from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.exceptions import AirflowSkipException

ONCE = {"schedule": None, "start_date": datetime(2024, 1, 1), "catchup": False}


@dag(**ONCE)
def pulls_by_index():
    @task
    def regions():
        return ["a", "b", "c"]

    @task_group
    def each_region(region):
        @task
        def first(region):
            if region == "b":
                raise AirflowSkipException(region)
            return f"{region}1"

        @task
        def second(region, ti=None):
            found = ti.xcom_pull(task_ids="each_region.first", map_indexes=ti.map_index)
            return [region, found, ti.xcom_pull(task_ids="each_region.first", map_indexes=ti.map_index)]

        first(region) >> second(region)

    each_region.expand(region=regions())


@dag(**ONCE)
def pulls_without_index():
    @task_group
    def each_region(region):
        @task
        def before(region):
            return region

        @task
        def behind(region, ti=None):
            return ti.xcom_pull(task_ids="each_region.before")

        before(region) >> behind(region)

    each_region.expand(region=["a", "b"])


@dag(**ONCE)
def goes_between():
    made = []

    @task
    def middle():
        return 1

    @task_group
    def each_region(region):
        @task
        def outward(region):
            return region

        @task
        def homeward(region):
            return region

        made.extend([outward(region), homeward(region)])

    each_region.expand(region=["a", "b"])
    made[0] >> middle() >> made[1]


@dag(**ONCE)
def names_another():
    @task.branch
    def choose_side():
        return "far_side"

    @task.branch
    def choose_end():
        return ["end_of_all"]

    @task(task_display_name="The near side")
    def near_side():
        """Is near."""

    @task(task_display_name="The other side", doc_md="It says more.")
    def other_side():
        return 2

    @task
    def far_side():
        return 3

    @task(trigger_rule="none_failed_min_one_success")
    def end_of_all():
        return 4

    choose_side() >> [near_side(), other_side()]
    choose_end() >> far_side() >> end_of_all()


pulls_by_index()
pulls_without_index()
goes_between()
names_another()
