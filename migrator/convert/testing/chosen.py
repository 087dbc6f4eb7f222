"""Which steps of a module its tests call, with which values, and why the others are left out."""

from collections.abc import Mapping

from migrator.convert.testing.harmless import frames, reason
from migrator.convert.testing.reading import Module, Step
from migrator.convert.testing.results import kind
from migrator.record import dataclass


@dataclass(frozen=True)
class Called:
    """One step that a test calls. `takes`: the step whose value each parameter gets."""

    step: Step
    takes: Mapping[str, Step]
    returns: str | None
    libraries: tuple[str, ...] = ()

    @property
    def yields(self) -> bool:
        """Whether it puts out how it ended, and not simply a value."""
        return self.step.kind == "outcome_op"


@dataclass(frozen=True)
class Chosen:
    """`left`: what is not called, with the reason."""

    called: tuple[Called, ...]
    left: Mapping[str, str]

    @property
    def read(self) -> set[str]:
        """The steps whose values others get."""
        return {step.name for one in self.called for step in one.takes.values()}


def choose(module: Module) -> Chosen:
    """All steps of the module, in its order."""
    reasons: dict[str, str | None] = {}
    for step in module.steps:
        _judge(module, step, reasons, ())
    called = tuple(_called(module, step) for step in module.steps if reasons[step.name] is None)
    return Chosen(called, {name: why for name, why in reasons.items() if why is not None})


def _judge(module: Module, step: Step, reasons: dict[str, str | None], path: tuple[str, ...]) -> str | None:
    """Why it is left out: for itself, or for a step whose value it takes."""
    if step.name not in reasons:
        found = reason(module, step)
        for parameter in step.parameters if found is None else ():
            before = module.by_key.get(step.ins.get(parameter, ()))
            if before is None or before.name in (*path, step.name):
                found = f"it takes `{parameter}`"
                break
            if _judge(module, before, reasons, (*path, step.name)) is not None:
                found = f"it takes what `{before.name}` returns, which is not called"
                break
        reasons[step.name] = found
    return reasons[step.name]


def _called(module: Module, step: Step) -> Called:
    takes = {parameter: module.by_key[step.ins[parameter]] for parameter in step.parameters}
    return Called(step, takes, kind(step.node), tuple(frames(module, step)))
