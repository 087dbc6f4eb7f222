"""The runs of another job, as a step may need them: it waits for one, or asks for one.

    orders = OtherJob(context, "orders", dg.DailyPartitionsDefinition("2024-01-01"), steps=["orders__load"])
    wait_until(lambda: orders.ended(date))
    OtherJob(context, "reports").request(date=date, conf={"full": True})

A run is found by its date in the instance, so that jobs of other code locations count as well. What a step asks
for is kept there as an event, and a sensor of the other job starts it: `on_requests`.
"""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from .dates import DATE_TAG
from .sensors import Skipped

LIFTED_DATE_TAG = "airflow/logical_date"  # of a run that is made of Airflow tasks
PARTITION_TAG, TICK_TAG = "dagster/partition", ".dagster/scheduled_execution_time"
REQUEST_TAG = "requested_as"
REQUESTS = "run_requests"  # the asset keys [REQUESTS, job] hold what was asked for
SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED = "success", "failed", "skipped", "upstream_failed"
AT_ONCE = 100  # runs that one look at the requests starts at most
RUN_STATES = {
    dg.DagsterRunStatus.SUCCESS: SUCCESS,
    dg.DagsterRunStatus.FAILURE: FAILED,
    dg.DagsterRunStatus.CANCELED: FAILED,
    dg.DagsterRunStatus.STARTED: "running",
    dg.DagsterRunStatus.CANCELING: "running",
}
EVENT = dg.DagsterEventType
STEP_STATES = {
    EVENT.STEP_START: "running",
    EVENT.STEP_RESTARTED: "running",
    EVENT.STEP_UP_FOR_RETRY: "up_for_retry",
    EVENT.STEP_SUCCESS: SUCCESS,
    EVENT.STEP_FAILURE: FAILED,
    EVENT.STEP_SKIPPED: SKIPPED,
}
# How a task ended that is several steps: the first of these that one of them has.
WORST_FIRST = (FAILED, UPSTREAM_FAILED, SKIPPED, SUCCESS)
Context = dg.OpExecutionContext | dg.AssetExecutionContext
Steps = Sequence[str | Sequence[str]]


class OtherJob:
    """A job, the dates of its runs, and what of it matters.

    Args:
        windows: They begin at the dates that its schedule stands for.
        steps: Step keys; without them it is the whole run that matters. Several in a list stand for one task, which
            is as good as the worst of them.
        interval: Whether its runs start when a window ends, and not when it begins.
        partitioned: Whether each run is that of a window, so that there is none about any other date.
        missing: Why there is no such job.

    Raises:
        dagster.Failure: There is no such job.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        windows: dg.TimeWindowPartitionsDefinition | None = None,
        *,
        steps: Steps = (),
        interval: bool = True,
        partitioned: bool = False,
        missing: str = "",
    ) -> None:
        if missing:
            raise dg.Failure(missing, allow_retries=False)
        self.context, self.name, self.windows, self.steps = context, name, windows, steps
        self.interval, self.partitioned = interval, partitioned
        self.instance = context.instance

    # ------------------------------------------------------------------ what there is
    def ended(
        self,
        dates: datetime | Iterable[datetime],
        *,
        allowed: Collection[str] = (SUCCESS,),
        failed: Collection[str] = (),
        skipped: Collection[str] = (),
        soft_fail: bool = False,
    ) -> bool:
        """Whether the runs of all dates, or the steps in each of them, are in one of the allowed states.

        Args:
            allowed, failed, skipped: States as Airflow calls them.
            soft_fail: Whether a failed state is final, for a wait that skips then.

        Raises:
            dagster.Failure: One is in a failed state.
            Skipped: One is in a state to skip on.
        """
        wanted = [dates] if isinstance(dates, datetime) else list(dates)
        states = [state for date in wanted for state in self.states(date)]
        if found := sorted({state for state in states if state in failed}):
            raise dg.Failure(f"{self.name}: {', '.join(found)}", allow_retries=not soft_fail)
        if found := sorted({state for state in states if state in skipped}):
            raise Skipped(f"{self.name}: {', '.join(found)}")
        return bool(wanted) and all(state in allowed for state in states)

    def ended_before(self, date: datetime) -> Callable[[], bool]:
        """A look at the last run about an earlier date: whether it, or the steps in it, have succeeded or were skipped.

        It is chosen now. Where there is none, there is nothing to wait for.
        """
        dates = (
            self.date_of(record)
            for record in self.instance.get_run_records(dg.RunsFilter(job_name=self.name))
        )
        earlier = [other for other in dates if other < date]
        if not earlier:
            return lambda: True
        last = max(earlier)
        return lambda: all(state in (SUCCESS, SKIPPED) for state in self.states(last))

    def date_of(self, record: dg.RunRecord) -> datetime:
        """What a run is about; one that nothing has given a date, the moment when it was made."""
        tags = record.dagster_run.tags
        for tag in (DATE_TAG, LIFTED_DATE_TAG):
            if tag in tags:
                return datetime.fromisoformat(tags[tag])
        if self.windows is not None and PARTITION_TAG in tags:
            return self.windows.start_time_for_partition_key(tags[PARTITION_TAG])
        return record.create_timestamp

    def states(self, date: datetime) -> list[str]:
        """Of the run of a date, or of the steps in it; "none" where there is none yet."""
        run = self.run(date)
        if not self.steps:
            return ["none" if run is None else RUN_STATES.get(run.status, "queued")]
        return [self._task_state(run, step) if run else "none" for step in self.steps]

    def run(self, date: datetime) -> dg.DagsterRun | None:
        """The last run about a date."""
        wanted = {DATE_TAG: [_text(date)], LIFTED_DATE_TAG: [_text(date)]}
        key = self._key(date)
        if key is not None and self.windows is not None:
            window = self.windows.time_window_for_partition_key(key)
            wanted |= {PARTITION_TAG: [key], TICK_TAG: [_text(window.end if self.interval else window.start)]}
        return self._last(wanted)

    def _last(self, wanted: Mapping[str, Sequence[str]]) -> dg.DagsterRun | None:
        """The last run that has one of the tags."""
        filters = [
            dg.RunsFilter(job_name=self.name, tags={tag: value})
            for tag, values in wanted.items()
            for value in values
        ]
        records = [record for one in filters for record in self.instance.get_run_records(one, limit=1)]
        return max(records, key=lambda record: record.storage_id).dagster_run if records else None

    def _key(self, date: datetime) -> str | None:
        """The key of the window that begins at a date, if one does."""
        if self.windows is None:
            return None
        key = date.astimezone(_zone(self.windows)).strftime(self.windows.fmt)
        try:
            begins = self.windows.start_time_for_partition_key(key)
        except ValueError:  # the text of no window
            return None
        return key if begins == date else None

    def _task_state(self, run: dg.DagsterRun, step: str | Sequence[str]) -> str:
        keys = [step] if isinstance(step, str) else step
        states = [state for key in keys for state in self._step_states(run, key)]
        unfinished = [state for state in states if state not in WORST_FIRST]
        if unfinished and FAILED not in states:
            return unfinished[0]
        worst = next((state for state in WORST_FIRST if state in states), SUCCESS)  # after nothing: has ended
        return UPSTREAM_FAILED if worst == FAILED and not isinstance(step, str) else worst

    def _step_states(self, run: dg.DagsterRun, step: str) -> list[str]:
        """Of one step; of a mapped one, of each of its instances."""
        chosen = run.step_keys_to_execute
        if chosen is not None and step not in chosen and run.parent_run_id:
            parent = self.instance.get_run_by_id(run.parent_run_id)  # which this one repeats in part
            if parent is not None:
                return self._step_states(parent, step)
        found: dict[str, str] = {}
        told: dict[str, str] = {}
        for entry in self.instance.all_logs(run.run_id, of_type={*STEP_STATES, EVENT.STEP_OUTPUT}):
            event = entry.dagster_event
            if event is None or event.step_key is None or not _is(event.step_key, step):
                continue
            if event.event_type is EVENT.STEP_OUTPUT:
                state = event.step_output_data.metadata.get("state")
                told[event.step_key] = str(state.value) if state else told.get(event.step_key, SUCCESS)
                continue
            found[event.step_key] = STEP_STATES[event.event_type]
        ended = {key: _state(state, told.get(key)) for key, state in found.items()}
        return list(ended.values()) or [_without_events(run)]

    # ------------------------------------------------------------------ what is asked for
    def request(
        self,
        *,
        conf: Mapping[str, Any] | None = None,
        date: datetime | str | None = None,
        run_id: str | None = None,
        skip_existing: bool = False,
        again: bool = False,
        wait: bool = False,
        poke_interval: float = 60,
        allowed: Collection[str] = (SUCCESS,),
        failed: Collection[str] = (FAILED,),
    ) -> bool:
        """Ask for a run. False if there is one already and that is fine.

        Args:
            conf: What the run is launched with.
            date: What the run is about; now without it.
            run_id: By which it is known; by its date without it.
            skip_existing: Whether a run that exists already is fine. `again`: that run is repeated.
            wait: Whether to wait until it is in one of the allowed states, or in a failed one, which raises.

        Raises:
            dagster.Failure: There is one already; there can be none about the date; it failed.
        """
        moment = datetime.fromisoformat(date) if isinstance(date, str) else date or datetime.now(timezone.utc)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        name = run_id or f"manual__{_text(moment)}"
        earlier = self._requested(name)
        if earlier or self.run(moment):
            if not again and skip_existing:
                return False
            if not again:
                raise dg.Failure(f"there is a run of {self.name} called {name}, or about {_text(moment)}")
        count = len(earlier)
        settings = earlier[0] if earlier else json.dumps(dict(conf or {}))
        name_of_try = f"{name}#{count}" if count else name
        self._ask(name, name_of_try, moment, settings)
        if wait:
            self._follow(name_of_try, poke_interval, allowed, failed)
        return True

    def _requested(self, name: str) -> list[str]:
        """The conf of each request of that name, from first to last."""
        wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey([REQUESTS, self.name]), asset_partitions=[name])
        found = self.instance.fetch_materializations(wanted, limit=AT_ONCE, ascending=True).records
        return [str(_metadata(record)["conf"].value) for record in found]

    def _ask(self, name: str, name_of_try: str, date: datetime, conf: str) -> None:
        key = self._key(date) if self.partitioned else None
        if self.partitioned and (
            self.windows is None or key is None or not self.windows.has_partition_key(key)
        ):
            raise dg.Failure(f"no partition of {self.name} begins at {_text(date)}", allow_retries=False)
        told: dict[str, Any] = {
            "request": name_of_try,
            "date": _text(date),
            "conf": dg.MetadataValue.text(conf),
            "partition": key or "",
        }
        asked = dg.AssetMaterialization(dg.AssetKey([REQUESTS, self.name]), partition=name, metadata=told)
        self.context.log_event(asked)

    def _follow(
        self, name: str, poke_interval: float, allowed: Collection[str], failed: Collection[str]
    ) -> None:
        while True:
            time.sleep(poke_interval)
            run = self._last({REQUEST_TAG: [name]})
            state = RUN_STATES.get(run.status, "queued") if run else "queued"
            if state in failed:
                raise dg.Failure(f"the run {name} of {self.name} ended in the state {state}")
            if state in allowed:
                return


def on_requests(
    job: Any,
    configs: Mapping[str, type[dg.Config]] | None = None,
    *,
    airflow: bool = False,
    default_status: dg.DefaultSensorStatus = dg.DefaultSensorStatus.RUNNING,
) -> dg.SensorDefinition:
    """Starts the runs of a job that steps of other jobs have asked for, each once.

    Args:
        job: The job, or its name.
        configs: The Config of each step that reads what its run is launched with.
        airflow: Whether tasks of the job run in Airflow, which is given all of it.
    """
    name = job if isinstance(job, str) else job.name
    target = {"job_name": job} if isinstance(job, str) else {"job": job}
    key = dg.AssetKey([REQUESTS, name])

    @dg.sensor(name=f"{name}_requests", default_status=default_status, **target)
    def when_asked(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = int(context.cursor or 0)
        wanted = dg.AssetRecordsFilter(asset_key=key, after_storage_id=seen)
        records = context.instance.fetch_materializations(wanted, limit=AT_ONCE, ascending=True).records
        if not records:
            return dg.SkipReason("nobody has asked for a run")
        requests = [_request(_metadata(record), configs or {}, airflow) for record in records]
        return dg.SensorResult(requests, cursor=str(records[-1].storage_id))

    return when_asked


def _request(told: Mapping[str, Any], configs: Mapping[str, type[dg.Config]], airflow: bool) -> dg.RunRequest:
    name, date, conf, partition = (str(told[key].value) for key in ("request", "date", "conf", "partition"))
    given = json.loads(conf)
    config: dict[str, Any] = {}
    ops = {step: {"config": taken} for step, kind in configs.items() if (taken := dict(_taken(given, kind)))}
    if ops:
        config["ops"] = ops
    if airflow and given:
        config["resources"] = {"airflow": {"config": {"conf": given}}}
    tags = {REQUEST_TAG: name, DATE_TAG: date, LIFTED_DATE_TAG: date}
    return dg.RunRequest(run_key=name, run_config=config, tags=tags, partition_key=partition or None)


def _taken(conf: Mapping[str, Any], kind: type[dg.Config]) -> Iterator[tuple[str, Any]]:
    """What a step takes of it."""
    everything = kind.model_config.get("extra") == "allow"
    return ((name, value) for name, value in conf.items() if everything or name in kind.model_fields)


def _metadata(record: Any) -> Mapping[str, Any]:
    asked = record.asset_materialization
    return asked.metadata if asked else {}


def _is(key: str, step: str) -> bool:
    """Whether a step key is that of a step, or of one of its mapped instances."""
    return key == step or key.startswith(f"{step}[")


def _state(state: str, told: str | None) -> str:
    """A step says itself how its task ended, where Dagster has no word for it; without an output it was skipped."""
    if state == SUCCESS:
        return told or SKIPPED
    return told if state == FAILED and told in (FAILED, UPSTREAM_FAILED) else state


def _without_events(run: dg.DagsterRun) -> str:
    if not run.is_finished:
        return "none"
    return SKIPPED if run.is_success else UPSTREAM_FAILED


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat()


def _zone(windows: dg.TimeWindowPartitionsDefinition) -> ZoneInfo:
    return ZoneInfo(windows.timezone)
