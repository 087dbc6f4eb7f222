"""Airflow's ids → names that Dagster takes, one to one."""

import re
from collections.abc import Iterable


def op_name(task_id: str) -> str:
    """`group.load-orders` → `group__load_orders`."""
    return re.sub(r"[^A-Za-z0-9_]", "_", task_id.replace(".", "__"))


def op_names(task_ids: Iterable[str]) -> dict[str, str]:
    """A name of its own for each task of a DAG: where two ids give the same one, the later id gets a number.

    An id that is a name already keeps it. The order of the ids does not matter.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for task_id in sorted(set(task_ids), key=lambda i: (op_name(i) != i, i)):
        names[task_id] = free(op_name(task_id), taken)
        taken.add(names[task_id])
    return names


def free(name: str, taken: set[str]) -> str:
    """The name, or with the first number that makes it free."""
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
