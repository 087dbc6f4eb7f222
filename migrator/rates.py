"""What a migration costs, kind of work by kind of work: the table that the effort estimate and the plan share.

The hours are assumptions, stated so that they can be argued with; nothing here was fitted to anything.
"""

from migrator.record import dataclass


@dataclass(frozen=True)
class Rate:
    """Hours for one `unit` of some work. The truth is thought to lie between hours / spread and hours * spread."""

    key: str
    hours: float
    spread: float
    unit: str
    what: str  # the line of an estimate
    why: str  # what a person does in that time


RATES = (
    Rate(
        "setup", 24, 2, "project", "Setting up the project",
        "a Dagster deployment, CI, access and alerts, and the first DAG taken all the way by the whole team",
    ),
    Rate(
        "connection", 0.5, 2, "connection", "Connections",
        "fill in the secret where Dagster runs, open the way to that system, try it",
    ),
    Rate("variable", 0.25, 2, "Variable", "Variables", "find out who changes it, and set it where Dagster runs"),
    Rate("pool", 0.25, 2, "pool", "Pools", "turn its slots into a concurrency limit of Dagster, or drop it"),
    Rate(
        "link", 0.5, 2, "pair of DAGs", "Links between DAGs",
        "decide whether one DAG needs the data or the run of the other, and try it once across both systems",
    ),
    Rate(
        "review_asset", 0.5, 2, "DAG", "Review of DAGs that become assets",
        "read the new module beside the old one: names, partitions, schedule",
    ),
    Rate(
        "review_job", 1, 2, "DAG", "Review of DAGs that become jobs",
        "the same, and go through its branches and trigger rules one by one",
    ),
    Rate(
        "review_lift", 0.5, 2, "DAG", "Review of DAGs that Dagster runs in Airflow",
        "look at the bridge: its schedule, its environment, one run that succeeds and one that fails",
    ),
    Rate(
        "step", 0.25, 2, "place where a task is made", "Reading of steps",
        "read what the step does before and after, and what it reads and writes",
    ),
    Rate(
        "comparison", 1, 2, "DAG", "Comparison of both systems",
        "fixtures and keys for one date, run it on both sides, explain each difference",
    ),
    Rate("warning", 0.25, 2, "kind in a DAG", "Warnings to look at", "read what changes, and agree or mend it"),
    Rate(
        "copy", 0.25, 2, "DAG", "Further DAGs from text that was read before",
        "look at what is different, and at one run",
    ),
    Rate("cutover", 0.25, 2, "DAG", "Cutover", "switch one side off and the other on, and watch the next run"),
    Rate(
        "rework_text", 1.5, 3, "place", "Rework: text that could not be read or told apart",
        "write tasks out of loops and blocks in a plainer way, or package the module that they come from",
    ),
    Rate(
        "rework_operator", 1.5, 3, "place", "Rework: use of Airflow inside a task",
        "replace hooks, exceptions and arguments that only Airflow has",
    ),
    Rate(
        "rework_time", 2, 3, "place", "Rework: schedules and time",
        "choose partitions or a sensor for a schedule, dates or dependencies on the past that have no counterpart",
    ),
    Rate(
        "rework_data", 1, 3, "place", "Rework: data passing and templates",
        "turn an XCom, a template or a part of the context into an argument",
    ),
    Rate(
        "rework_flow", 3, 3, "place", "Rework: control flow",
        "turn mapping, setup and teardown or a branch into partitions, dynamic outputs or a resource",
    ),
    Rate(
        "rework_environment", 1, 3, "place", "Rework: names and environment",
        "rename, or move a setting to where Dagster has it",
    ),
    Rate(
        "operator_class", 4, 3, "operator class", "Operator classes without a rule",
        "write a rule for the class, or a function that does the same, with a test",
    ),
    Rate(
        "operator_use", 0.5, 3, "place", "Tasks of operator classes without a rule",
        "use it, and look at the result",
    ),
)  # fmt: skip
BY_KEY = {rate.key: rate for rate in RATES}
FURTHER = 0.25  # of its rate is what rework of one kind costs at each further place of a DAG
