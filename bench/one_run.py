"""One run of `order_analytics` in one system: `python -m bench.one_run WAY DAY`, from the root of the repository.

A way is what a user has: the scheduled run of an Airflow, made by the probe; the job of the unchanged DAG; the
converted assets in one process, or with a process for each step.
"""

import importlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DAG = "order_analytics"


def airflow(day: str) -> bool:
    """In the Airflow of this interpreter."""
    from migrator.runtime.airflow_client import Airflow

    with (
        tempfile.TemporaryDirectory() as out,
        Airflow(sys.executable, ROOT / "airflow_dags", state=Path(os.environ["AIRFLOW_HOME"])) as system,
    ):
        (run,) = system.run(f"{DAG}.py", DAG, [day], Path(out))
        return bool(run["state"] == "success")


def phase_one(day: str) -> bool:
    """As it is deployed: a process for each step, and the tasks in Airflow's interpreter."""
    return _executed("dagster_defs.phase_one", day, in_process=False)


def in_process(day: str) -> bool:
    """All steps in this process."""
    return _executed("dagster_defs", day, in_process=True)


def multiprocess(day: str) -> bool:
    """Dagster's default."""
    return _executed("dagster_defs", day, in_process=False)


WAYS: dict[str, Callable[[str], bool]] = {
    "airflow": airflow,
    "phase_one": phase_one,
    "in_process": in_process,
    "multiprocess": multiprocess,
}


def job_of(package: str) -> object:
    """For Dagster, which loads the job again in each process of a run. The module of the DAG alone."""
    return importlib.import_module(f"{package}.definitions").defs.resolve_job_def(DAG)


def _executed(package: str, day: str, *, in_process: bool) -> bool:
    """On the instance that DAGSTER_HOME names."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        if in_process:
            job = job_of(package)
            assert isinstance(job, dg.JobDefinition)
            return job.execute_in_process(partition_key=day, instance=instance).success
        target = dg.build_reconstructable_job(
            "bench.one_run", "job_of", (package,), reconstructor_working_directory=str(ROOT)
        )
        with dg.execute_job(target, instance, tags={"dagster/partition": day}) as result:
            return result.success


if __name__ == "__main__":
    sys.exit(0 if WAYS[sys.argv[1]](sys.argv[2]) else 1)
