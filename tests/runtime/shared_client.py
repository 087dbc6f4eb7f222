"""A script for a process of its own, which asks the shared Airflow of a run for one task and prints the answer.

python shared_client.py '{"python", "dags", "state", "run", "owner", "folder"}' DAG_ID TASK_ID
"""

import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from migrator.runtime.airflow_client import AirflowError
from migrator.runtime.airflow_shared import SharedAirflow

given, dag_id, task_id = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
signal.signal(signal.SIGTERM, signal.default_int_handler)
airflow = SharedAirflow(
    given["python"],
    Path(given["dags"]),
    state=Path(given["state"]),
    run=given["run"],
    owner=given["owner"] or os.getpid(),
)
try:
    answer = airflow.step(
        "warm.py",
        dag_id,
        task_id,
        database=Path(given["folder"], "run.db"),
        run_id="r",
        date="2024-01-03",
        out=Path(given["folder"], "out"),
        on_log=lambda line: print(line, file=sys.stderr, flush=True),
    )
    print(json.dumps(answer))
except AirflowError as error:
    print(json.dumps({"kind": error.kind, "error": str(error)}))
