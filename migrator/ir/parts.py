"""Sub-DAGs: which DAGs are parts of another one, whose task runs them for its own dates. No clock starts them."""

from collections.abc import Iterable
from dataclasses import replace

from migrator.ir.model import Dag

SUB_DAG = "SubDagOperator"


def with_parts(dags: Iterable[Dag]) -> list[Dag]:
    """The same DAGs; a part has the dates and the schedule of the DAG that it is a part of."""
    given = list(dags)
    by_id = {dag.dag_id: dag for dag in given}
    above = {
        f"{dag.dag_id}.{task.task_id}": dag.dag_id  # Airflow allows no other id
        for dag in given
        for task in dag.tasks
        if task.operator_class == SUB_DAG
    }
    return [_placed(dag, by_id, above) if dag.dag_id in above else dag for dag in given]


def _placed(dag: Dag, by_id: dict[str, Dag], above: dict[str, str]) -> Dag:
    first = above[dag.dag_id]
    while first in above:  # a part of a part
        first = above[first]
    whole = by_id[first]
    return replace(
        dag,
        part_of=above[dag.dag_id],
        schedule=whole.schedule,
        start_date=whole.start_date,
        end_date=whole.end_date,
        timezone=whole.timezone,
        catchup=whole.catchup,
    )
