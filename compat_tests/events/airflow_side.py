"""Runs DAGs in Airflow, one after the other, and prints how each task ended and what it returned.

airflow_side.py FOLDER DAG_ID...; AIRFLOW_HOME is an empty folder, and AIRFLOW__CORE__DAGS_FOLDER that one.
"""

import json
import logging
import subprocess
import sys
from datetime import datetime, timezone

import airflow
from airflow.utils import db
from airflow.utils.session import create_session

DATE = datetime(2024, 1, 2, tzinfo=timezone.utc)


def bag_of(folder: str) -> object:
    if airflow.__version__ >= "3":
        from airflow.dag_processing.dagbag import DagBag

        subprocess.run(
            [sys.executable, "-m", "airflow", "dags", "reserialize"], check=True, capture_output=True
        )
        return DagBag(folder)
    from airflow.models import DagBag

    bag = DagBag(folder, include_examples=False)
    bag.sync_to_db()
    return bag


def run(dag: object) -> dict[str, list[object]]:
    """State and return value of each task."""
    done = dag.test(**{"logical_date" if airflow.__version__ >= "3" else "execution_date": DATE})
    with create_session() as session:
        tasks = session.merge(done).get_task_instances(session=session)
        return {ti.task_id: [str(getattr(ti.state, "value", ti.state)), returned(ti)] for ti in tasks}


def returned(task: object) -> object:
    if airflow.__version__ < "3":
        return task.xcom_pull(task_ids=task.task_id)
    from airflow.models.xcom import XComModel

    given = {"run_id": task.run_id, "dag_ids": task.dag_id, "task_ids": task.task_id, "key": "return_value"}
    with create_session() as session:
        found = session.scalars(XComModel.get_many(**given)).first()
        return XComModel.deserialize_value(found) if found else None


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    db.initdb()
    bag = bag_of(sys.argv[1])
    assert not bag.import_errors, bag.import_errors
    print("RESULT" + json.dumps({dag_id: run(bag.dags[dag_id]) for dag_id in sys.argv[2:]}))
