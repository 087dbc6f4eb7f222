"""Reading a function that makes hooks: each becomes a resource that its step is given."""

import ast
from functools import cached_property

from migrator.convert.computed import Computing
from migrator.convert.hooks_used import Used, hook_made
from migrator.convert.problem import Problem
from migrator.convert.resources import found_by_name, given


class ServiceReader(Computing):
    """The part of the reader that knows of hooks."""

    @cached_property
    def resources(self) -> dict[str, str]:
        """Names of the function that hold a hook, and the resources in their place."""
        return {}

    def resource(self, node: ast.expr, *, instead_of: str = "") -> str | None:
        """The resource in place of a hook that is made here, if its connection is known."""
        made = hook_made(self.source, node)
        if not isinstance(made, Used) or made.conn_id is None:
            return None
        return given(self, made.kind, made.conn_id, instead_of=instead_of)

    def hook(self, node: ast.expr) -> str | None:
        """What stands for a hook in an expression: empty after a problem was noted, None for all other code."""
        made = hook_made(self.source, node)
        if isinstance(made, Problem):
            self.refuse(made.code, made.message, node)
            return ""
        if made is None:
            return None
        if made.conn_id is not None:
            return given(self, made.kind, made.conn_id) or ""
        self.note("EN054", found_by_name(self.source, node))
        return None  # it has a form that all code may use
