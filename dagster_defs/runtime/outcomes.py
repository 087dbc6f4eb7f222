"""Trigger rules, branches and short circuits between the ops of one job.

Dagster runs an op when everything before it succeeded. Some jobs need more: a clean-up after a failure, an
alert when any arm failed, a join that accepts skipped arms. An `outcome_op` gives its job that. It ends in
one of four states, puts the state out as its output `outcome`, and only then fails if its work failed. What
follows reads `outcome` and decides by its own rule; the failed step is red, with its traceback and retries.

    @outcome_op()
    def load(): ...

    @outcome_op(rule="all_done")
    def clean_up(): ...

    @dg.job(executor_def=outcome_executor)
    def nightly():
        clean_up(after=[load().outcome])

Three things to know:

* The job needs `outcome_executor`, which starts an op as soon as its inputs exist. `execute_in_process`
  ignores the executor of a job: test failures with `dg.execute_job`.
* Between outcome ops, wire `outcome`. A plain op reads `result`, which is there after success only, and never
  as one of a list: on this executor, a list with an output that never comes is waited for without end.
* A task that did nothing is a green step; the metadata of its `outcome` says "skipped".
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple, Protocol, get_origin, get_type_hints, runtime_checkable

import dagster as dg

RUN, SUCCESS, FAILED, SKIPPED, UPSTREAM_FAILED = "run", "success", "failed", "skipped", "upstream_failed"
TEARDOWN = "all_done_setup_success"

# The first state in a row that was seen among the tasks before decides; if none was, the task runs.
# "bad" is either kind of failure.
RULES: dict[str, Mapping[str, str]] = {
    "all_success": {"bad": UPSTREAM_FAILED, SKIPPED: SKIPPED},
    "all_failed": {SUCCESS: SKIPPED, SKIPPED: SKIPPED},
    "all_skipped": {SUCCESS: SKIPPED, "bad": SKIPPED},
    "all_done": {},
    "all_done_min_one_success": {SKIPPED: SKIPPED, SUCCESS: RUN, "bad": UPSTREAM_FAILED},
    "one_success": {SUCCESS: RUN, "bad": UPSTREAM_FAILED, SKIPPED: SKIPPED},
    "one_failed": {"bad": RUN, SUCCESS: SKIPPED, SKIPPED: SKIPPED},
    "one_done": {SUCCESS: RUN, FAILED: RUN, UPSTREAM_FAILED: SKIPPED, SKIPPED: SKIPPED},
    "none_failed": {"bad": UPSTREAM_FAILED},
    "none_failed_min_one_success": {"bad": UPSTREAM_FAILED, SUCCESS: RUN, SKIPPED: SKIPPED},
    "none_skipped": {SKIPPED: SKIPPED},
    "always": {},
    # A teardown: everything before it has ended, and of that only the setups count.
    TEARDOWN: {SUCCESS: RUN, "bad": UPSTREAM_FAILED, SKIPPED: SKIPPED},
}
RULES |= {
    "none_failed_or_skipped": RULES["none_failed_min_one_success"],
    "dummy": RULES["always"],
}  # old names


class Skip(Exception):
    """Raised by a task that has nothing to do: it ends as skipped, without another try."""


@dataclass(frozen=True)
class Outcome:
    """How a task ended, and what it returned."""

    task: str
    state: str
    value: Any = None
    setup: bool = False
    mapped: bool = False  # one of several runs of the same op
    skips: str = ""  # what it skips, whatever the rule: "arm" (one not taken), "next" or "all" that follow
    named: frozenset[str] = frozenset()  # tasks further on that it, or one before it, skips by name
    before: Mapping[str, str] = field(
        default_factory=dict, compare=False, repr=False
    )  # how those before it ended
    others: tuple[str, ...] = ()  # how else some of its instances ended, where several ran as one op
    item: bool = False  # what an op is mapped over: it must be there, and does not count for the rule
    error: Exception | None = field(default=None, compare=False, repr=False)  # for hooks of its own step

    def __getstate__(self) -> dict[str, Any]:
        """What is stored: an error may be anything, and those after it have no use for it."""
        return {**vars(self), "error": None}


@runtime_checkable
class EndedElsewhere(Protocol):
    """What an op's function returns in place of a value if its work, and how that ended, was done elsewhere."""

    @property
    def skipped(self) -> bool:
        """Whether it did nothing."""

    @property
    def values(self) -> tuple[Any, ...]:
        """What it returned, and one for each of the op's `pushes`."""

    @property
    def skips(self) -> tuple[str, ...]:
        """Tasks that follow, near or far, and are not to run."""

    @property
    def error(self) -> Exception | None:
        """Why it failed, if it did."""

    @property
    def others(self) -> tuple[str, ...]:
        """How else some of its instances ended, if it had several."""


def decide(rule: str, before: Iterable[Outcome], setups: Iterable[str] = (), task: str = "") -> str:
    """RUN, or the state in which a task ends without running."""
    before, setups = list(before), set(setups)
    if any(o.skips == "arm" or (o.skips and rule != TEARDOWN) or task in o.named for o in before):
        return SKIPPED
    needed: dict[bool, list[Outcome]] = {True: [], False: []}
    for outcome in before:
        needed[outcome.item or outcome.task in setups].append(outcome)
    gate = _first("all_success", needed[True])
    counted = (o for o in needed[False] if o.setup or rule != TEARDOWN)
    return _first(rule, counted) if gate == RUN else gate


def _first(rule: str, outcomes: Iterable[Outcome]) -> str:
    seen = {state for o in outcomes for state in (o.state, *o.others)}
    seen |= {"bad"} if seen & {FAILED, UPSTREAM_FAILED} else set()
    return next((decision for state, decision in RULES[rule].items() if state in seen), RUN)


def outcome_op(
    rule: str = "all_success",
    *,
    arms: Iterable[str] | Mapping[str, Iterable[str]] = (),
    short_circuit: str = "",
    setup: bool = False,
    setups: Iterable[str] = (),
    pulls: Iterable[str] = (),
    pushes: Iterable[str] = (),
    also: Iterable[str] = (),
    each: Iterable[str] = (),
    many: bool = False,
    tolerated: bool = False,
    **op_args: Any,
) -> Callable[[Callable[..., Any]], dg.OpDefinition]:
    """Make a function an op that runs when `rule` says so, and always tells how it ended.

    A parameter of the function is an input: what the task before returned, None if it returned nothing. Every
    op also has the input `after`, for outcomes of tasks that only have to end; a function that names it gets
    them. One that names `before` gets the states of all tasks before it. `context`, `config` and resources are
    as in any op. A generator yields one `dg.Output`, or skips.

    Args:
        rule: One of `RULES`.
        arms: Makes the op a branch: its function returns an arm to follow, a list of arms, or None. Each arm
            is an output; what is wired to one that is not taken is skipped. As a mapping: the outputs that a
            returned name opens. `{"a": ("a", "join"), "join": ("join",)}` keeps a join that `a` leads to.
        short_circuit: "all" or "next". A falsy value skips all that follows, or only what follows directly.
        setup: Whether a teardown (`rule="all_done_setup_success"`) depends on its success.
        setups: Tasks in `after` that must have succeeded but do not count for the rule.
        pulls: Parameters that are only read: how their task ended does not count for the rule.
        pushes: Names of further outputs: the function returns a tuple, its value and one for each of them.
        also: Further inputs like `after`: what a mapped op puts out is a list, and needs an input of its own.
        each: Parameters that come out of one input, `item`: a mapping with a value for each of them. A parameter
            that it has no value for keeps its default.
        many: What it returns is mapped over: anything but a list or a dictionary is a failure.
        tolerated: A failure is logged and told to what follows, but the step stays green.
        **op_args: Anything else that `dg.op` takes.
    """
    if rule not in RULES or short_circuit not in ("", "all", "next"):
        raise ValueError(f"no rule {rule!r} or short circuit {short_circuit!r}; rules are {list(RULES)}")
    opens = {k: tuple(v) for k, v in arms.items()} if isinstance(arms, Mapping) else {a: (a,) for a in arms}
    names = frozenset(setups), frozenset(pulls), tuple(pushes), tuple(each)

    def decorate(fn: Callable[..., Any]) -> dg.OpDefinition:
        task = _Task(fn, rule, opens, short_circuit, setup, *names, many, tolerated)

        def compute(context: dg.OpExecutionContext, **inputs: Any) -> Iterator[dg.Output[Any]]:
            yield from task.run(context, inputs)

        compute.__name__, compute.__doc__ = fn.__name__, fn.__doc__
        sign_as(compute, fn, task.each, also)
        outs = {name: dg.Out() for name in [*task.arms, *task.pushes, "outcome"]}
        result = {} if opens else {"result": dg.Out(is_required=False)}
        return dg.op(out={**outs, **result}, **op_args)(compute)

    return decorate


def starts_on_outputs(executor: dg.ExecutorDefinition, name: str) -> dg.ExecutorDefinition:
    """The executor, but starting a step once its inputs exist, even if the step that made them then failed.

    All else about the executor can still be configured in the run's config.
    """

    def configured(config: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**config, "step_dependency_config": {"require_upstream_step_success": False}}

    schema: Any = executor.config_schema
    return executor.configured(configured, name=name, config_schema=schema)


outcome_executor = starts_on_outputs(dg.multiprocess_executor, "outcome_executor")


class _End(NamedTuple):
    """How one try ended: `values` are what it returned and what it pushed."""

    state: str
    values: tuple[Any, ...]
    error: Exception | None = None
    skips: str = ""
    named: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Task:
    """What the op does: decide, call the function, put out how it ended, and fail if it failed."""

    fn: Callable[..., Any]
    rule: str
    opens: Mapping[str, tuple[str, ...]]
    short_circuit: str
    setup: bool
    setups: frozenset[str]
    pulls: frozenset[str]
    pushes: tuple[str, ...]
    each: tuple[str, ...]
    many: bool
    tolerated: bool

    @property
    def arms(self) -> list[str]:
        return list(dict.fromkeys(arm for opened in self.opens.values() for arm in opened))

    def run(self, context: dg.OpExecutionContext, inputs: Mapping[str, Any]) -> Iterator[dg.Output[Any]]:
        before = [o for name, given in inputs.items() if name not in self.pulls for o in outcomes_of(given)]
        end = _End(decide(self.rule, before, self.setups, name_of(context)), self.values_of(None))
        if end.state == RUN:
            end = self.attempt(context, inputs)
        elif end.state == UPSTREAM_FAILED:
            bad = ", ".join(o.task for o in before if o.state in (FAILED, UPSTREAM_FAILED))
            why = dg.Failure(f"did not run: {bad} failed", {"state": end.state}, allow_retries=False)
            end = end._replace(error=why)
        skips = "all" if any(o.skips == "all" for o in before) else end.skips
        mapped = context.get_mapping_key() is not None
        named = end.named.union(*(o.named for o in before))
        outcome = Outcome(
            name_of(context),
            end.state,
            end.values[0],
            self.setup,
            mapped,
            skips,
            named,
            _states(inputs),
            end.others,
            error=end.error,
        )
        yield from self.outputs(outcome, end.values[1:])
        if end.error and not self.tolerated:
            raise end.error
        level = "ERROR" if end.error else "INFO"
        context.log.log(level, f"{outcome.task}: {end.state}", exc_info=end.error)

    def attempt(self, context: dg.OpExecutionContext, inputs: Mapping[str, Any]) -> _End:
        """Call the function. Raises its error while there are tries left."""
        given = {name: value_of(value) for name, value in inputs.items()}
        given |= {"after": inputs.get("after"), "before": _states(inputs), "context": context}
        try:
            value = self.fn(**self.arguments(given))
            if isinstance(value, EndedElsewhere):
                return self.ended(context, value)
            values = self.values_of(_output_of(context, value) if inspect.isgenerator(value) else value)
            self.taken(values[0])
            if self.many:
                check_list(values[0])
            skips = self.short_circuit if self.short_circuit and not values[0] else ""
        except Skip as reason:
            context.log.info(f"skipped: {reason}")
            return _End(SKIPPED, self.values_of(None))
        except Exception as error:  # it may be anything, and what follows has to hear of it
            if _tries_left(context, error):
                raise
            return _End(FAILED, self.values_of(None), error)
        return _End(SUCCESS, values, None, skips)

    def ended(self, context: dg.OpExecutionContext, elsewhere: EndedElsewhere) -> _End:
        """As it was done elsewhere. Raises its error while there are tries left."""
        if elsewhere.skipped:
            return _End(SKIPPED, self.values_of(None), named=frozenset(elsewhere.skips))
        values = self.values_of(elsewhere.values if self.pushes else elsewhere.values[0])
        if elsewhere.error is None:
            return _End(SUCCESS, values, None, "", frozenset(elsewhere.skips), elsewhere.others)
        if _tries_left(context, elsewhere.error):
            raise elsewhere.error
        return _End(FAILED, values, elsewhere.error, others=elsewhere.others)

    def arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the function is called with. Raises TypeError for an item that does not fit."""
        names = inspect.signature(self.fn).parameters
        found = {n: given[n] for n in names if n in given}
        if not self.each:
            return found
        item = given["item"]
        if not isinstance(item, Mapping) or set(item) - set(self.each):
            raise TypeError(f"{item!r} is no mapping of {list(self.each)}")
        return {**found, **{n: value for n, value in item.items() if n in names}}

    def values_of(self, returned: Any) -> tuple[Any, ...]:
        """What the op returned, and what it pushed. Raises ValueError if that is not one for each name."""
        if not self.pushes or returned is None:
            return (returned, *(None for _ in self.pushes))
        value, *pushed = returned
        if len(pushed) != len(self.pushes):
            raise ValueError(f"returned {len(pushed)} values to push, for {list(self.pushes)}")
        return (value, *pushed)

    def taken(self, chosen: Any) -> set[str]:
        """The arms that a branch's value opens. Raises ValueError for a name that opens none."""
        if chosen is None or not self.opens:
            return set()
        names = [chosen] if isinstance(chosen, str) or not isinstance(chosen, Iterable) else list(chosen)
        if unknown := [name for name in names if name not in self.opens]:
            raise ValueError(f"{unknown} is no arm of this branch; it has {list(self.opens)}")
        return {arm for name in names for arm in self.opens[name]}

    def outputs(self, outcome: Outcome, pushed: tuple[Any, ...]) -> Iterator[dg.Output[Any]]:
        state, succeeded = outcome.state, outcome.state == SUCCESS
        for name, value in zip(self.pushes, pushed, strict=True):
            yield dg.Output(replace(outcome, value=value), name, metadata={"state": state})
        taken = self.taken(outcome.value) if succeeded else self.arms
        for arm in self.arms:
            told = outcome if arm in taken else replace(outcome, skips="arm")
            yield dg.Output(told, arm, metadata={"state": state, "taken": succeeded and arm in taken})
        yield dg.Output(outcome, "outcome", metadata={"state": state})
        if succeeded and not self.opens and not outcome.skips and not outcome.named:
            yield dg.Output(outcome.value, "result")


def check_list(value: Any) -> None:
    """Raises TypeError for what cannot be mapped over."""
    if isinstance(value, (str, bytes, bytearray)) or not isinstance(value, (Sequence, Mapping)):
        raise TypeError(f"a {type(value).__name__} cannot be mapped over")


def outcomes_of(given: Any) -> list[Outcome]:
    return [o for o in (given if isinstance(given, list) else [given]) if isinstance(o, Outcome)]


def _states(inputs: Mapping[str, Any]) -> dict[str, str]:
    """How the tasks before ended, those far before as well."""
    outcomes = [o for given in inputs.values() for o in outcomes_of(given)]
    far = {task: state for o in outcomes for task, state in o.before.items()}
    return {**far, **{o.task: o.state for o in outcomes}}


def value_of(given: Any) -> Any:
    """What the tasks before returned. Runs of one mapped op that returned nothing leave no gap."""
    if isinstance(given, Outcome):
        return given.value
    if not (outcomes := outcomes_of(given)):
        return given
    collected = outcomes[0].mapped and len({o.task for o in outcomes}) == 1
    return [o.value for o in outcomes if not (collected and o.value is None)]


def _output_of(context: dg.OpExecutionContext, events: Iterator[Any]) -> Any:
    """The value that a generator puts out; its other events are logged. Raises Skip if there is none."""
    values = []
    for event in events:
        if isinstance(event, dg.Output):
            values.append(event.value)
        else:
            context.log_event(event)
    if not values:
        raise Skip("no output")
    return values[-1]


def _tries_left(context: dg.OpExecutionContext, error: Exception) -> bool:
    """Whether Dagster will try again after this error."""
    if isinstance(error, dg.RetryRequested):
        return context.retry_number < error.max_retries
    final = isinstance(error, dg.DagsterError) or not getattr(error, "allow_retries", True)
    step = None if final else _step(context)
    policy = step.op_retry_policy if step and not step.retry_mode.disabled else None
    return policy is not None and context.retry_number < policy.max_retries


def name_of(context: dg.OpExecutionContext) -> str:
    """The op's place in its job, which tells two uses of one op apart."""
    step = _step(context)
    return str(step.node_handle) if step else context.op_def.name


def _step(context: dg.OpExecutionContext) -> Any:
    """The running step; None when the op is called directly, as in a unit test."""
    try:
        return context.get_step_execution_context()
    except dg.DagsterError:
        return None


def sign_as(
    compute: Callable[..., Any], fn: Callable[..., Any], each: Iterable[str] = (), also: Iterable[str] = ()
) -> None:
    """Give `compute` the parameters of `fn`: Dagster reads inputs, config and resources off them.

    Values come wrapped as outcomes, so only the annotations of config and resources are kept.
    """
    kinds = {name: kind for name, kind in get_type_hints(fn, include_extras=True).items() if _injected(kind)}
    usual = inspect.Parameter.POSITIONAL_OR_KEYWORD
    out_of_item = set(each)
    named = ("context", "after", "before", *out_of_item)
    wanted = [p for p in inspect.signature(fn).parameters.values() if p.name not in named]
    wanted += [inspect.Parameter("item", usual)] if out_of_item else []
    own = [p.replace(kind=usual, annotation=kinds.get(p.name, p.empty)) for p in wanted]
    own.sort(key=lambda p: p.default is not p.empty)
    ends = [inspect.Parameter(name, usual, default=None) for name in ("after", *also)]
    context = inspect.Parameter("context", usual)
    vars(compute)["__signature__"] = inspect.Signature([context, *own, *ends])
    compute.__annotations__ = kinds


def _injected(kind: Any) -> bool:
    if get_origin(kind) is Annotated:
        return "resource_param" in kind.__metadata__  # dg.ResourceParam[...]
    return isinstance(kind, type) and issubclass(kind, (dg.ConfigurableResource, dg.Config))
