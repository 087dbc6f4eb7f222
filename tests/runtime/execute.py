"""Runs a job of `nightly.py` as a run worker does: in a fresh process, on the instance of DAGSTER_HOME.

execute.py JOB START_METHOD [RUN_TO_REPEAT_FROM_FAILURE]
"""

import json
import sys

import dagster as dg
import nightly
from running import Done


def main(name: str, start_method: str, repeat: str | None = None) -> None:
    instance = dg.DagsterInstance.get()
    config = {"execution": {"config": {"start_method": {start_method: {}}, "max_concurrent": 2}}}
    options = dg.ReexecutionOptions.from_failure(repeat, instance) if repeat else None
    job = dg.reconstructable(getattr(nightly, name))
    with dg.execute_job(
        job, instance, run_config=config, raise_on_error=False, reexecution_options=options
    ) as done:
        print(json.dumps({"run_id": done.run_id, **vars(Done(done))}, default=sorted))


if __name__ == "__main__":
    main(*sys.argv[1:])
