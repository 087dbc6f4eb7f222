"""Runs of one job in Dagster, and nothing else: no records, no values, no forked processes.

PYTHON dagster_alone.py WORKER REQUEST.json
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(sys.argv[1]).parent))
import dagster as dg
import migrate_dagster_worker as worker

request = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
with tempfile.TemporaryDirectory() as home:
    os.environ["DAGSTER_HOME"] = home
    job = worker.job_to_run(sys.argv[2])
    place = str(Path(sys.argv[1]).parent)
    target = dg.build_reconstructable_job(
        "migrate_dagster_worker", "job_to_run", (sys.argv[2],), reconstructor_working_directory=place
    )
    with dg.DagsterInstance.get() as instance:
        for run in request["runs"]:
            tags = {"dagster/partition": worker.partition_key(job, run["interval"])}
            with dg.execute_job(target, instance, tags=tags, raise_on_error=True) as result:
                assert result.success
