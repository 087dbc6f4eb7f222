"""What the body of a task's function pulls: `ti.xcom_pull(...)` with constant arguments."""

import ast

from migrator.convert.items import together
from migrator.convert.pushes import Pushing


class Pulling(Pushing):
    """Adds to a reader what reads calls of `xcom_pull`."""

    def _pulled_before(self, pulled: tuple[str, str]) -> bool:
        known = any((i.task_id, i.key) == pulled for i in self.body.inputs)
        return known or self.is_item(*pulled)

    def _pulled(self, node: ast.expr) -> tuple[str, str] | None:
        """Task and key of `ti.xcom_pull(...)` with constant arguments."""
        if not self._calls_instance(node, "xcom_pull"):
            return None
        assert isinstance(node, ast.Call)
        given = {k.arg or "**": k.value for k in node.keywords}
        given.update(zip(("task_ids", "dag_id", "key"), node.args, strict=False))
        task_id, key = given.pop("task_ids", None), given.pop("key", ast.Constant("return_value"))
        index = given.pop("map_indexes", None)
        names = self._text_of_constant(task_id), self._text_of_constant(key)
        if given or names[0] is None or names[1] is None:
            return None
        beside = together(self.dag, self.task, names[0])
        if index is None and beside:
            self.refuse("CF070", f"pulls from {names[0]} of the same mapped group without an index", node)
        elif index is not None and not (beside and self._is_own_index(index)):
            return None
        return names[0], names[1]

    def _is_own_index(self, node: ast.expr) -> bool:
        """`ti.map_index`."""
        return isinstance(node, ast.Attribute) and node.attr == "map_index" and self._is_instance(node.value)

    def _pulled_list(self, node: ast.expr) -> str | None:
        """`ti.xcom_pull(task_ids=["a", "b"])`: what they left behind, without those that left nothing in Airflow 2."""
        if not (self._calls_instance(node, "xcom_pull") and isinstance(node, ast.Call)):
            return None
        given = {k.arg or "**": k.value for k in node.keywords}
        given.update(zip(("task_ids", "dag_id", "key"), node.args, strict=False))
        tasks, key = given.pop("task_ids", None), given.pop("key", ast.Constant("return_value"))
        if given or not isinstance(tasks, (ast.List, ast.Tuple)) or not tasks.elts:
            return None
        task_ids, name = [self._text_of_constant(t) for t in tasks.elts], self._text_of_constant(key)
        if name is None or None in task_ids:
            return None
        items = ", ".join(self.xcom(task_id, name) for task_id in task_ids if task_id)
        return f"[{items}]" if self.timing.airflow3 else f"[x for x in [{items}] if x is not None]"
