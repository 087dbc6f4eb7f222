"""SQLExecuteQueryOperator and PostgresOperator become a step that runs the same statements on its resource."""

import ast
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from migrator.convert.hook_classes import HookClass, hook_classes
from migrator.convert.hooks_used import Used, hook_made
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.convert.resources import given
from migrator.convert.source import names_read
from migrator.ir import Code, Function, Literal, Template, Value, constant
from migrator.scan.tree import walk

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

POSTGRES = "airflow.providers.postgres.operators.postgres.PostgresOperator"
HOOK = "airflow.providers.postgres.hooks.postgres.PostgresHook"
HANDLERS = {"fetch_all_handler": "fetch_all", "fetch_one_handler": "fetch_one"}
FILES = (".sql", ".json")
OTHERS = ("database", "hook_params", "output_processor", "requires_result_fetch", "runtime_parameters")
OF_RUN = ("sql", "autocommit", "parameters", "handler", "split_statements", "return_last")
# What begins a statement that has no rows, unless it says RETURNING.
WITHOUT_ROWS = frozenset(
    ("insert", "update", "delete", "create", "drop", "alter", "truncate", "grant", "refresh", "merge", "copy")
)

EXAMPLES = [
    Example(
        name="the rows of a query are the value",
        before='PostgresOperator(task_id="say", postgres_conn_id="shop", sql="SELECT 1")',
        after='return shop.run("SELECT 1", handler=fetch_all)',
        findings=("EN053",),
    ),
    Example(
        name="a statement without rows has no value; a template is rendered, parameters stay parameters",
        before=(
            'PostgresOperator(task_id="say", postgres_conn_id="shop", autocommit=True, '
            'sql="DELETE FROM daily WHERE day = {{ ds }} AND kind = %(kind)s", parameters={"kind": "raw"})'
        ),
        after=(
            'shop.run(f"DELETE FROM daily WHERE day = {context.partition_key} AND kind = %(kind)s", '
            "autocommit=True, parameters={'kind': \"raw\"})"
        ),
        findings=("EN053",),
    ),
    Example(
        name="a script is split, and its last result or all of them are the value",
        before=(
            'PostgresOperator(task_id="say", postgres_conn_id="shop", sql="SELECT 1; SELECT 2", '
            "split_statements=True, return_last=False)"
        ),
        after=(
            'return shop.run("SELECT 1; SELECT 2", handler=fetch_all, split_statements=True, return_last=False)'
        ),
        findings=("EN053",),
    ),
    Example(
        name="without an XCom the rows are not fetched",
        before='PostgresOperator(task_id="say", postgres_conn_id="shop", sql="SELECT 1", do_xcom_push=False)',
        after='shop.run("SELECT 1")',
        findings=("EN053",),
    ),
    Example(
        name="nothing tells which kind of database a connection is of",
        before='SQLExecuteQueryOperator(task_id="say", conn_id="shop", sql="SELECT 1")',
        after="",
        findings=("OP070",),
    ),
    Example(
        name="a file that is not there",
        before='PostgresOperator(task_id="say", postgres_conn_id="shop", sql="load.sql")',
        after="",
        findings=("OP071",),
    ),
    Example(
        name="an argument that changes what is run",
        before='PostgresOperator(task_id="say", sql="SELECT 1", hook_params={"options": "-c a=b"})',
        after="",
        findings=("OP072",),
    ),
]


@translates("airflow.providers.common.sql.operators.sql.SQLExecuteQueryOperator", POSTGRES)
def sql_execute_query(args: Args, scope: "Scope") -> Fragment | None:
    """The hook of the operator is the one that its connection's type asks for."""
    named = [args.take("conn_id"), args.take("postgres_conn_id")]
    conn_id = next((constant(value) for value in named if value is not None), None)
    if conn_id is None and scope.task.operator == POSTGRES and not any(named):
        conn_id = "postgres_default"
    given_args = {name: args.take(name) for name in (*OTHERS, *OF_RUN)}
    for name in OTHERS:
        value = given_args[name]
        if value is not None and (not isinstance(value, Literal) or value.value):
            scope.refuse("OP072", f"`{name}` changes what is run, and the resource does not have it")
            return None
    kind = _kind(str(conn_id), scope)
    if not isinstance(conn_id, str) or kind is None:
        scope.refuse("OP070", f"nothing in the file tells what kind of database {conn_id!r} is")
        return None
    call = _call(given_args, scope)
    resource = given(scope, kind, conn_id) if call else None
    if call is None or resource is None:
        return None
    returns = any(part.startswith("handler=") for part in call)
    return Fragment((f"{'return ' if returns else ''}{resource}.run({', '.join(call)})",), returns=returns)


def _kind(conn_id: str, scope: "Scope") -> HookClass | None:
    """What the file says of a connection elsewhere: a hook, or an operator of one database."""
    if scope.task.operator == POSTGRES:
        return hook_classes()[HOOK]
    made = (hook_made(scope.source, node) for node in walk(scope.source.tree))
    for used in made:
        if isinstance(used, Used) and used.conn_id == conn_id:
            return used.kind if used.kind.module == "databases" else None
    others = (t for t in scope.dag.tasks if t.operator == POSTGRES)
    asked = (constant(t.args.get("postgres_conn_id", Literal("postgres_default"))) for t in others)
    return hook_classes()[HOOK] if conn_id in asked else None


def _call(args: Mapping[str, Value | None], scope: "Scope") -> list[str] | None:
    """The arguments of `run`."""
    sql = args["sql"]
    written = sql.source if isinstance(sql, Template) else constant(sql)
    if sql is None or any(str(text).endswith(FILES) for text in _texts(written)):
        scope.refuse(
            "OP071", "the statements are in a file that is not in the folder of the DAG, or not known"
        )
        return None
    found: dict[str, str | None] = {"sql": scope.text_of(sql, scope.node_of("sql"))}
    for name in ("autocommit", "parameters"):
        if (value := args[name]) is not None:
            found[name] = scope.text_of(value, scope.node_of(name))
    kept = constant(scope.task.args.get("do_xcom_push")) is not False
    handler = _handler(args["handler"], scope)
    if kept and handler and not _has_no_rows(written):
        found["handler"] = handler
    for name in ("split_statements", "return_last"):
        value = args[name]
        if value is not None and constant(value) is not None:
            found[name] = scope.text_of(value, scope.node_of(name))
    if None in found.values() or handler is None:
        return None
    return [str(text) if name == "sql" else f"{name}={text}" for name, text in found.items()]


def _handler(value: Value | None, scope: "Scope") -> str | None:
    """What is made of the cursor: empty for nothing; None after a problem was noted."""
    if isinstance(value, Literal):
        return ""
    node = scope.node_of("handler")
    if value is None:
        return _of_runtime("fetch_all", scope)
    text = value.name if isinstance(value, Function) else value.source if isinstance(value, Code) else ""
    meant = scope.source.imports.get(text, text).rpartition(".")[2] if scope.source.from_airflow(text) else ""
    if meant in HANDLERS:
        return _of_runtime(HANDLERS[meant], scope)
    if text.isidentifier() and not scope.source.from_airflow(text):
        return text
    if isinstance(node, ast.Lambda) and not any(map(scope.source.from_airflow, names_read(node))):
        return scope.unrendered(value, node)
    scope.refuse("OP072", "what makes the value of the rows is not known here: `handler`")
    return None


def _of_runtime(name: str, scope: "Scope") -> str:
    scope.body.imports.add(f"from ..runtime.databases import {name}")
    return name


def _texts(written: object) -> list[object]:
    return list(written) if isinstance(written, (list, tuple)) else [written]


def _has_no_rows(written: object) -> bool:
    """Whether no statement of a text can have rows."""
    if not isinstance(written, str):
        return False
    plain = re.sub(r"--[^\n]*|/\*.*?\*/", " ", written, flags=re.DOTALL).lower()
    first = [words[0] for part in plain.split(";") if (words := part.split())]
    return bool(first) and WITHOUT_ROWS.issuperset(first) and "returning" not in plain
