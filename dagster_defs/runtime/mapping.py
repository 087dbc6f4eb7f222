"""Ops that run once for each item of a list which is only known when the job runs.

A `fan_out` makes the items; what it is followed by runs for each of them, with retries of its own.

    @fan_out()
    def each_region(regions):
        return regions

    @outcome_op()
    def count(region): ...

    @dg.job(executor_def=outcome_executor)
    def nightly():
        counts = each_region(list_regions().outcome).map(lambda region: count(region).outcome)
        total(counts.collect())

Where nothing is to be done there is one run all the same, which ends as skipped, or as upstream_failed: so
what follows can always tell how it ended. Its key is "none"; the others are the places in the list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import signature
from itertools import product as every
from typing import Any

import dagster as dg

from .outcomes import (
    RUN,
    SKIPPED,
    SUCCESS,
    UPSTREAM_FAILED,
    Outcome,
    check_list,
    decide,
    name_of,
    outcomes_of,
    sign_as,
    value_of,
)


def fan_out(
    rule: str = "all_success",
    *,
    setups: Iterable[str] = (),
    pulls: Iterable[str] = (),
    also: Iterable[str] = (),
    **op_args: Any,
) -> Callable[[Callable[..., Any]], dg.OpDefinition]:
    """Make a function that returns a list an op with an output for each item.

    Its parameters get what the tasks before returned, and `after` those that only have to end, as in an
    `outcome_op`. The rule decides for all items at once; those of whose values they are made must have succeeded.

    Args:
        rule: Decides from the tasks before whether there are any items.
        setups: As in an `outcome_op`.
        pulls: Likewise.
        also: Likewise.
        **op_args: Anything else that `dg.op` takes.
    """
    setups, pulls, also = frozenset(setups), frozenset(pulls), tuple(also)

    def decorate(fn: Callable[..., Any]) -> dg.OpDefinition:
        def compute(context: dg.OpExecutionContext, **inputs: Any) -> Iterator[dg.DynamicOutput[Outcome]]:
            before = [o for name, given in inputs.items() if name not in pulls for o in outcomes_of(given)]
            made_of = [given for name, given in inputs.items() if name not in ("after", *also, *pulls)]
            state, found, error = decide(rule, before, setups), list[Any](), None
            state = _gate(made_of) if state == RUN else state
            if state == RUN:
                try:
                    found = items(fn(**_arguments(fn, context, inputs)))
                except Exception as caught:  # it may be anything, and what follows has to hear of it
                    state, error = UPSTREAM_FAILED, caught
            skips = "all" if any(o.skips == "all" for o in before) else ""
            own = name_of(context)
            for place, value in enumerate(found):
                yield _output(Outcome(own, SUCCESS, value, item=True), str(place))
            if not found:
                none = SKIPPED if state == RUN else state
                yield _output(Outcome(own, none, item=True, skips=skips), "none")
            if error:  # a step with outputs of this kind gives none of them on once it fails
                context.log.error(f"{own}: there are no items", exc_info=error)

        compute.__name__, compute.__doc__ = fn.__name__, fn.__doc__
        sign_as(compute, fn, (), also)
        return dg.op(out=dg.DynamicOut(), **op_args)(compute)

    return decorate


def product(**lists: Any) -> list[dict[str, Any]]:
    """Every combination of the items of several lists; the last changes fastest. Of a dictionary: its pairs."""
    return [dict(zip(lists, items, strict=True)) for items in every(*map(items, lists.values()))]


def gathered(results: Iterable[Any]) -> Iterator[dg.Output[list[Any]]]:
    """One output for all items of a loop, without gaps where there was no result; none when there is no item."""
    if found := list(results):
        yield dg.Output([result for result in found if result is not None])


def items(value: Any) -> list[Any]:
    """Those of a list, or the pairs of a dictionary. Raises TypeError for anything else."""
    check_list(value)
    return list(value.items() if isinstance(value, Mapping) else value)


def _gate(made_of: Sequence[Any]) -> str:
    """RUN when all that the items are made of is there. Of a mapped task, one run is enough."""
    outcomes = []
    for given in made_of:
        several = outcomes_of(given)
        states = {o.state for o in several}
        mapped = any(o.mapped for o in several)
        outcomes += [o for o in several if not mapped or states == {UPSTREAM_FAILED}]
    return decide("all_success", outcomes)


def _arguments(
    fn: Callable[..., Any], context: dg.OpExecutionContext, inputs: Mapping[str, Any]
) -> dict[str, Any]:

    given = {name: value_of(value) for name, value in inputs.items()}
    given |= {"after": inputs.get("after"), "context": context}
    return {name: given[name] for name in signature(fn).parameters}


def _output(outcome: Outcome, key: str) -> dg.DynamicOutput[Outcome]:
    return dg.DynamicOutput(outcome, mapping_key=key, metadata={"state": outcome.state})
