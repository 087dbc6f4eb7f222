"""Tasks of a mapped group that pull from each other, tasks between two of a group, and branches that name others."""

# Converted from `beside_each_other.py`.

import dagster as dg

from .._airflow import Task, airflow_dag
from ..runtime.mapping import fan_out
from ..runtime.outcomes import Skip, outcome_executor, outcome_op


@outcome_op(many=True)
def regions():
    return ["a", "b", "c"]


@outcome_op()
def each_region_first(region):
    if region == "b":
        raise Skip(region)
    return f"{region}1"


@outcome_op()
def each_region_second(found, region):
    return [region, found, found]


@outcome_op(arms={"near_side": ("near_side",), "other_side": ("other_side",), "far_side": ()})
def choose_side():
    return "far_side"


@outcome_op(arms={"far_side": ("far_side",), "end_of_all": ()})
def choose_end():
    return ["end_of_all"]


@outcome_op(
    description="""The near side

Is near."""
)
def near_side():
    """Is near."""
    pass


@outcome_op(
    description="""The other side

It says more."""
)
def other_side():
    return 2


@outcome_op()
def far_side():
    return 3


@outcome_op(rule="none_failed_min_one_success")
def end_of_all():
    return 4


@dg.job(executor_def=outcome_executor)
def names_another():
    choose_side_done = choose_side()
    choose_end_done = choose_end()
    near_side(after=choose_side_done.near_side)
    other_side(after=choose_side_done.other_side)
    far_side_done = far_side(after=choose_end_done.far_side)
    end_of_all(after=far_side_done.outcome)


@fan_out(rule="always")
def each_each_region(regions):
    return regions


@dg.job(executor_def=outcome_executor)
def pulls_by_index():
    regions_done = regions()

    def each_region(region):
        first = each_region_first(region=region, after=regions_done.outcome)
        each_region_second(region=region, found=first.outcome)

    each_each_region(regions=regions_done.outcome).map(each_region)


defs = dg.Definitions.merge(
    dg.Definitions(jobs=[names_another, pulls_by_index]),
    airflow_dag(
        "goes_between",
        file="beside_each_other.py",
        tasks={
            "each_region.outward": Task(),
            "middle": Task(upstream=["each_region.outward"]),
            "each_region.homeward": Task(upstream=["middle"]),
        },
    ),
    airflow_dag(
        "pulls_without_index",
        file="beside_each_other.py",
        tasks={
            "each_region.before": Task(),
            "each_region.behind": Task(upstream=["each_region.before"]),
        },
    ),
)
