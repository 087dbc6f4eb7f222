"""What decides by its error whether a step is tried again, as Airflow's retry policies do.

@dg.asset(retry_policy=dg.RetryPolicy(max_retries=5, delay=60))
@tried_again(API_ERRORS)
def load(): ...
"""

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

import dagster as dg


class RetryAction(Enum):
    """What is to happen after a failure. Never are there more tries than the step's own policy allows."""

    RETRY = "retry"
    FAIL = "fail"
    DEFAULT = "default"


@dataclass(frozen=True)
class RetryDecision:
    """The same with how long to wait, where it is not as usual, and why."""

    action: RetryAction = RetryAction.DEFAULT
    retry_delay: timedelta | None = None
    reason: str | None = None

    @classmethod
    def fail(cls, reason: str | None = None) -> "RetryDecision":
        """No further try."""
        return cls(RetryAction.FAIL, reason=reason)

    @classmethod
    def retry(cls, delay: timedelta | None = None, reason: str | None = None) -> "RetryDecision":
        """Another try."""
        return cls(RetryAction.RETRY, delay, reason)

    @classmethod
    def default(cls) -> "RetryDecision":
        """As without a policy."""
        return cls()


class RetryPolicy:
    """Decides by `evaluate`; a class of one's own may be made of it."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Any = None
    ) -> RetryDecision:
        """What happens after an error. `try_number` counts from 1; `context` is always None."""
        raise NotImplementedError


@dataclass(frozen=True)
class RetryRule:
    """What happens after errors of some kinds: classes, or their dotted names."""

    exception: Any
    action: RetryAction = RetryAction.RETRY
    retry_delay: timedelta | None = None
    reason: str | None = None
    match_subclasses: bool = True

    def matches(self, error: BaseException) -> bool:
        """Whether an error is one of them; a class that cannot be imported is none."""
        kinds = self.exception if isinstance(self.exception, list) else [self.exception]
        return any(self._is(error, kind if isinstance(kind, type) else _class(kind)) for kind in kinds)

    def _is(self, error: BaseException, kind: type | None) -> bool:
        if kind is None:
            return False
        return isinstance(error, kind) if self.match_subclasses else type(error) is kind


@dataclass(frozen=True)
class ExceptionRetryPolicy(RetryPolicy):
    """The first rule that matches decides; `default` where none does."""

    rules: Sequence[RetryRule]
    default: RetryAction = RetryAction.DEFAULT

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Any = None
    ) -> RetryDecision:
        """As in RetryPolicy."""
        for rule in self.rules:
            if rule.matches(exception):
                why = rule.reason or f"Matched rule for {type(exception).__name__}"
                return RetryDecision(rule.action, rule.retry_delay, why)
        return RetryDecision(self.default)


def tried_again(policy: RetryPolicy, retries: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let `policy` decide after each error of a step that may be tried again so often."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:  # whatever the step raises: the policy says what that means
                raise _instead(error, policy, retries) from error

        @functools.wraps(function)
        def watched_generator(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from function(*args, **kwargs)
            except Exception as error:  # likewise
                raise _instead(error, policy, retries) from error

        return watched_generator if inspect.isgeneratorfunction(function) else watched

    return decorate


def _instead(error: Exception, policy: RetryPolicy, retries: int) -> Exception:
    """What Dagster is told: the error itself, that there is no further try, or when the next one is."""
    context = dg.OpExecutionContext.get()
    final = not getattr(error, "allow_retries", True) or type(error).__name__ == "Skip"
    if final or isinstance(error, dg.RetryRequested) or context.retry_number >= retries:
        return error
    try:
        decision = policy.evaluate(error, context.retry_number + 1, retries, None)
    except Exception:  # a policy that fails decides nothing
        context.log.exception("the retry policy failed")
        return error
    if decision.reason:
        context.log.info(f"{decision.action.value}: {decision.reason}")
    if decision.action is RetryAction.FAIL:
        return dg.Failure(f"{type(error).__name__}: {error}", allow_retries=False)
    if decision.action is RetryAction.RETRY and decision.retry_delay is not None:
        return dg.RetryRequested(retries, decision.retry_delay.total_seconds())
    return error


def _class(name: str) -> type | None:
    module, _, last = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), last, None)
    except ImportError:
        return None
    return found if isinstance(found, type) else None
