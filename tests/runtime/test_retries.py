"""A step's error decides whether there is another try, as the same rules decide it in Airflow."""

import decimal
from datetime import timedelta

import dagster as dg
import pytest

from migrator.runtime.outcomes import outcome_op
from migrator.runtime.retries import (
    ExceptionRetryPolicy,
    RetryAction,
    RetryDecision,
    RetryPolicy,
    RetryRule,
    tried_again,
)

RULES = ExceptionRetryPolicy(
    rules=[
        RetryRule("no.such.Error", RetryAction.FAIL),
        RetryRule("decimal.InvalidOperation", RetryAction.FAIL),
        RetryRule([OSError, KeyError], RetryAction.RETRY, timedelta(0), match_subclasses=False),
    ]
)
TWICE = dg.RetryPolicy(max_retries=2)


class OnlyOnce(RetryPolicy):
    """Of somebody's own."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: object = None
    ) -> RetryDecision:
        assert max_tries == 2
        return RetryDecision.retry(timedelta(0)) if try_number == 1 else RetryDecision.fail("enough")


class Broken(RetryPolicy):
    """Decides nothing."""


@pytest.mark.parametrize("told", [False, True], ids=["a plain op", "an op that tells how it ended"])
@pytest.mark.parametrize(
    ("error", "policy", "tries"),
    [
        pytest.param(decimal.InvalidOperation(), RULES, 1, id="no further try"),
        pytest.param(OSError(), RULES, 3, id="tries with a delay of the rule's"),
        pytest.param(ConnectionError(), RULES, 3, id="of another class: as usual"),
        pytest.param(ValueError(), RULES, 3, id="no rule matches"),
        pytest.param(ValueError(), ExceptionRetryPolicy([], RetryAction.FAIL), 1, id="another default"),
        pytest.param(ValueError(), OnlyOnce(), 2, id="a policy of somebody's own"),
        pytest.param(ValueError(), Broken(), 3, id="a policy that fails decides nothing"),
        pytest.param(dg.Failure(allow_retries=False), OnlyOnce(), 1, id="an error that is final anyway"),
    ],
)
def test_the_error_decides(error: Exception, policy: RetryPolicy, tries: int, told: bool) -> None:
    seen = []

    @tried_again(policy, 2)
    def load() -> None:
        seen.append(1)
        raise error

    step = outcome_op(retry_policy=TWICE)(load) if told else dg.op(retry_policy=TWICE)(load)

    @dg.job
    def nightly() -> None:
        step()

    assert not nightly.execute_in_process(raise_on_error=False).success
    assert len(seen) == tries


def test_a_step_that_ends_well_is_let_alone() -> None:
    @dg.op
    @tried_again(RULES, 2)
    def load() -> int:
        return 3

    @dg.job
    def nightly() -> None:
        load()

    assert nightly.execute_in_process().output_for_node("load") == 3
