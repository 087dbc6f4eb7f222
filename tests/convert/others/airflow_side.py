"""Runs DAGs of `other_dags.py` in Airflow, in the order that it is told, and prints how each task ended.

airflow_side.py DAG_FILE < [["dag_id", "2024-01-03T06:30:00+00:00"], ...]; AIRFLOW_HOME is an empty folder.
"""

import json
import logging
import sys
from datetime import datetime

from airflow.models import DagBag, DagRun
from airflow.utils import db
from airflow.utils.session import create_session


def run(bag: DagBag, dag_id: str, date: str) -> dict[str, str]:
    """The state of each task."""
    done = bag.dags[dag_id].test(execution_date=datetime.fromisoformat(date))
    with create_session() as session:
        return {ti.task_id: str(ti.state) for ti in session.merge(done).get_task_instances(session=session)}


def main(file: str) -> None:
    db.initdb()
    bag = DagBag(file, include_examples=False)
    bag.sync_to_db()
    states = [run(bag, dag_id, date) for dag_id, date in json.load(sys.stdin)]
    with create_session() as session:
        started = session.query(DagRun).filter(DagRun.dag_id == "report_on").order_by(DagRun.id)
        asked = [[r.run_id.split("__")[0], r.conf, r.execution_date.date().isoformat()] for r in started]
    print("RESULT" + json.dumps({"states": states, "asked": asked}))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1])
