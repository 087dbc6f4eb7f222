"""Runs jobs of outcome ops in this process, and tells how each step ended."""

import itertools

import dagster as dg

from migrator.runtime.outcomes import starts_on_outputs

in_one_process = starts_on_outputs(dg.in_process_executor, "in_one_process")
_jobs: dict[str, dg.JobDefinition] = {}
_names = itertools.count()


class Done:
    """A finished run. Everything is by step key."""

    def __init__(self, run: dg.JobExecutionResult) -> None:
        self.success = run.success
        self.states: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.tries: dict[str, int] = {}
        self.outputs: dict[str, list[str]] = {}
        for event in run.all_events:
            step = event.step_key or ""
            if event.is_successful_output:
                output = event.step_output_data
                self.outputs.setdefault(step, []).append(output.output_name)
                if "state" in output.metadata:
                    self.states[step] = str(output.metadata["state"].value)
            if event.is_step_failure and (error := event.step_failure_data.error):
                self.errors[step] = (error.cause or error).message.strip()
            if event.event_type_value in ("STEP_START", "STEP_RESTARTED"):
                self.tries[step] = self.tries.get(step, 0) + 1


def find(name: str) -> dg.JobDefinition:
    """A job that `run` was given; Dagster asks for it again by its name."""
    return _jobs[name]


def run(job: dg.JobDefinition, run_config: object = None) -> Done:
    """Run a job whose executor works in one process. Failures do not raise."""
    name = str(next(_names))
    _jobs[name] = job
    again = dg.build_reconstructable_job(find.__module__, find.__name__, (name,))
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.execute_job(again, instance=instance, raise_on_error=False, run_config=run_config) as done,
    ):
        return Done(done)
