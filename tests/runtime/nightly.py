"""A job as it is deployed: a branch, an arm that may fail, an alert, and a cleanup that always runs."""

import os
from pathlib import Path

import dagster as dg

from migrator.runtime.outcomes import outcome_executor, outcome_op

FOLDER = Path(os.environ.get("NIGHTLY", "."))


@outcome_op(arms=("full", "delta"))
def choose() -> str:
    return "full"


@outcome_op(retry_policy=dg.RetryPolicy(max_retries=1, delay=0))
def full() -> int:
    (FOLDER / "staged").write_text("rows")
    if (FOLDER / "down").exists():
        raise ConnectionError("the source is down")
    if (FOLDER / "out of memory").exists():
        os._exit(9)
    return 4


@outcome_op()
def delta() -> None: ...


@outcome_op(rule="none_failed_min_one_success")
def join() -> None: ...


@dg.op(ins={"joined": dg.In(dg.Nothing)})
def publish() -> None:
    (FOLDER / "published").touch()


@outcome_op(rule="all_done")
def cleanup() -> None:
    (FOLDER / "staged").unlink(missing_ok=True)


@outcome_op(rule="one_failed")
def alert() -> None:
    (FOLDER / "alert").touch()


@dg.job(executor_def=outcome_executor)
def nightly() -> None:
    chosen = choose()
    arms = [full(after=[chosen.full]).outcome, delta(after=[chosen.delta]).outcome]
    joined = join(after=arms)
    publish(joined.result)
    cleanup(after=[joined.outcome])
    alert(after=arms)


@dg.op(ins={"before": dg.In(dg.Nothing)})
def nothing() -> None: ...


@dg.job(executor_def=outcome_executor)
def six() -> None:
    """Six ops that do nothing, two at a time, to measure what starting them costs."""
    before = [nothing.alias(f"a{n}")() for n in range(2)]
    for row in "bc":
        before = [nothing.alias(f"{row}{n}")(before) for n in range(2)]
