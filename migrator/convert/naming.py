"""Airflow's ids → names of Dagster and of Python. One to one: who meets a collision refuses."""

import builtins
import hashlib
import keyword
import re

from migrator.ir import Task

# Names that Dagster refuses for assets and ops, beside Python's keywords.
RESERVED = frozenset(
    [
        "arg_dict",
        "bool",
        "conf",
        "config",
        "context",
        "dict",
        "float",
        "input",
        "input_arg_dict",
        "int",
        "meta",
        "output",
        "output_arg_dict",
        "str",
        "type",
    ]
)
# Parameters to which Dagster, or the outcome ops of a job, give a meaning of their own.
PARAMETERS = frozenset(
    {"_", "after", "airflow", "before", "config", "context", "context_", "_context", "outcome"}
)
OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}")  # as Dagster checks it


def identifier(text: str) -> str:
    """A Python name for an id: `load-orders.v2` → `load_orders_v2`."""
    name = re.sub(r"\W", "_", text, flags=re.ASCII)
    if not name or name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED else name


def variable(text: str) -> str:
    """A Python name for a value: as `identifier`, and it hides no builtin."""
    name = identifier(text)
    if name.strip("_") in ("", "context"):
        return f"{name.strip('_')}_value".lstrip("_")
    return f"{name}_" if hasattr(builtins, name) or name in PARAMETERS else name


def tag(text: str) -> str:
    """A tag key or value as Dagster takes it: `[A-Za-z0-9_.-]`, at most 63 characters."""
    found = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._")[:63].rstrip("-._")
    if text.isascii() and found:
        return found
    return "-".join(
        filter(None, [found[:50], hashlib.sha256(text.encode()).hexdigest()[:8]])
    )  # one for each text


def key_part(text: str) -> str:
    """An id as a part of an asset key: as it is, unless Dagster, which calls a step after the key, refuses it."""
    return text if text.isascii() else tag(text)


def xcom_part(label: str, xcom: str) -> str:
    """The part of an asset key for what a task pushed under a key, which in Airflow may be any text."""
    return label if xcom == "return_value" else f"{label}__{re.sub(r'[^A-Za-z0-9_.-]', '_', xcom)}"


def path(task: Task) -> tuple[str, ...]:
    """A task id as its groups and its own name."""
    if task.group and task.task_id.startswith(f"{task.group}."):
        return (*task.group.split("."), task.task_id[len(task.group) + 1 :])
    return (task.task_id,)


def owner(text: str) -> str:
    """An owner as Dagster takes it: an e-mail address, or a team."""
    return (
        text
        if OWNER.fullmatch(text)
        else f"team:{re.sub(r'[^A-Za-z0-9_-]+', '-', text).strip('-') or 'unnamed'}"
    )


def job(dag_id: str) -> str:
    """A job name, `[A-Za-z0-9_]`; Dagster keeps those with two underscores in front for itself."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", dag_id)
    return f"dag{name}" if name.startswith("__") else name
