"""DAGs that are there under a condition only."""

import sys
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator

STAGE = "prod"

if STAGE == "test":
    print("no DAG here")
elif STAGE == "prod":
    # The interpreter of the models.
    PYTHON = sys.executable

    @dag(schedule=None, start_date=datetime(2024, 1, 1))
    def under_a_condition():
        @task.external_python(python=PYTHON)
        def score():
            import sys

            return sys.version_info[0]

        # Says what came out.
        BashOperator(task_id="tell", bash_command=f"echo {STAGE}") << score()

    under_a_condition()
    # The end of the block.
else:
    print("nor here")
