"""`Operator.partial(...).expand(...)`: one task that becomes several when it runs."""

from collections.abc import Callable

from migrator.ir import EXPAND_KWARGS
from migrator.scan.constructs.operator import create
from migrator.scan.edges import follow
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Native, Site, Thing
from migrator.scan.world import TaskState

Create = Callable[[Interpreter, Call], object]


class Partial(Thing):
    """What `partial` gives."""

    def __init__(self, make: Create, given: Call) -> None:
        self.make, self.given = make, given

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`expand` and `expand_kwargs`."""
        if name == "expand":
            return Native(name, lambda run, call: self._expand(run, call, call.kwargs))
        if name == EXPAND_KWARGS:
            return Native(
                name, lambda run, call: self._expand(run, call, {EXPAND_KWARGS: call.first("kwargs")})
            )
        return super().attribute(run, name, site)

    def _expand(self, run: Interpreter, call: Call, over: dict[str, object]) -> object:
        nodes = {**self.given.nodes, **call.nodes}
        merged = Call([], {**self.given.kwargs, **over}, call.site, self.given.unknown or call.unknown, nodes)
        task = self.make(run, merged)
        if isinstance(task, TaskState):
            task.expand = tuple(over)
            follow(run, task, over.values(), call.site)
        return task


def partial(operator: str, call: Call) -> Partial:
    """`Operator.partial(...)` of an imported operator class."""
    return Partial(lambda run, c: create(run, operator, c, mapped=True), call)
