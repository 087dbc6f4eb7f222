"""Airflow connections: `*_conn_id` arguments, hooks, `BaseHook.get_connection("x")`, `{{ conn.x.host }}`."""

import ast
from collections.abc import Iterator

from migrator.inventory.jinja import Reference
from migrator.inventory.model import Need, Unnamed
from migrator.inventory.needs import Asked, argument, foreign, in_text
from migrator.ir import Code, Literal, Task, Unknown, Value
from migrator.scan.constructs.operator import is_operator

WORDS = ("onnection", "conn_id", "Hook", "{{ conn.", "{{conn.")
UNKNOWN = "EN008"
ENDING = "conn_id"
METHODS = frozenset({"get_connection", "get_connections", "get_connection_from_secrets", "get_hook"})
OWNERS = ("Hook", "Connection", "self", "cls")
# Hooks whose first positional argument is something else: the method of a request, a token, a statement.
OTHER_FIRST = frozenset({"HttpHook", "HttpAsyncHook", "SlackHook", "SparkSqlHook", "DiscordWebhookHook"})
OTHER_FIRST |= frozenset({"SparkSubmitHook", "SparkJDBCHook", "SubprocessHook", "SlackWebhookHook"})


def in_code(node: ast.AST, name: str) -> Iterator[Asked]:
    """Calls that ask for a connection, make a hook, or hand the id of one on; a template in a text."""
    if isinstance(node, ast.Constant):
        yield from in_text(node, "connections", in_template)
    if not isinstance(node, ast.Call):
        return
    owner, _, called = name.rpartition(".")
    if called in METHODS and owner.endswith(OWNERS) and not foreign(name):
        yield from _asked(argument(node, 0, "conn_id"), called)
    elif owner.endswith(".Connection") and called == "get" and owner.startswith("airflow"):
        yield from _asked(argument(node, 0, "conn_id"), "Connection.get")
    elif called.endswith("Hook") and not called.startswith("_"):
        first = node.args[0] if node.args and called not in OTHER_FIRST else None
        yield from _asked(None if isinstance(first, ast.Starred) else first, called)
    if not _makes_a_task(node, name):
        for keyword in node.keywords:
            if (keyword.arg or "").endswith(ENDING) and called not in METHODS:
                yield from _asked(keyword.value, called)


def _asked(node: ast.expr | None, who: str) -> Iterator[Asked]:
    if node is not None and not (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
        yield Asked("connections", node, UNKNOWN, f"a connection for {who}")


def _makes_a_task(call: ast.Call, name: str) -> bool:
    """The arguments of tasks are known better from the DAG."""
    owner, _, method = name.rpartition(".")
    named = any(k.arg in ("task_id", "default_args") for k in call.keywords)
    return (
        named or is_operator(name) or (method in ("partial", "expand", "override") and owner != "functools")
    )


def in_argument(task: Task, name: str, value: Value) -> Iterator[Need | Unnamed]:
    """Arguments by their names, at any depth."""
    if not name.endswith(ENDING):
        return
    if isinstance(value, Literal):
        given = value.value if isinstance(value.value, (list, tuple)) else [value.value]
        yield from (Need("connections", item) for item in given if isinstance(item, str) and item)
    elif isinstance(value, (Code, Unknown)):
        yield Unnamed(UNKNOWN, f"argument {name}")


def in_template(reference: Reference) -> Iterator[Need | Unnamed]:
    """`conn.x.host`, `conn.get('x')`."""
    if reference.root == "conn":
        name = reference.named(0)
        yield Need("connections", name) if name else Unnamed(UNKNOWN, "a template reads a connection")
