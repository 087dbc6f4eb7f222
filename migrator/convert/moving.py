"""A start date that moves with the clock, as `days_ago(2)`: a run needs some first date, and which is no matter.

Airflow works it out anew whenever it reads the file. A schedule whose intervals fit between that moment and now
runs like any other; one with longer pauses never runs at all, in Airflow either, and is not given a date here.
A distance counts from the start date, or from 1970 without catchup: where a midnight that moves is no matter for
the moments that it gives, it is a schedule like any other, too.
"""

import ast
from dataclasses import replace
from datetime import datetime, timedelta

from migrator.convert.problem import Problem
from migrator.ir import Code, Cron, Dag, Every
from migrator.ir.cron import ticks
from migrator.ir.schedule import stands_for_interval

FIRST = "2020-01-01T00:00:00+00:00"  # partitions begin here: long before anybody asks for one
CLOCKS = frozenset({"now", "utcnow", "today"})
DAY = 86400  # seconds


def settled(dag: Dag, *, airflow3: bool) -> tuple[Dag, tuple[Problem, ...]]:
    """The DAG with a start date that stays, and what to tell of it; as it was where its date does not move."""
    written = next(
        (v for a in (dag.args, dag.default_args) if isinstance(v := a.get("start_date"), Code)), None
    )
    days = _days(written.source) if written else None
    if written is None or days is None or not isinstance(dag.schedule, (Cron, Every)):
        return dag, ()
    interval = stands_for_interval(dag.schedule, airflow3=airflow3)
    if not _runs(dag.schedule, written.source, days, interval):
        return dag, ()
    text = f"the start date moves with the clock ({written.source}): here the first run is of {FIRST[:10]}"
    return replace(dag, start_date=FIRST), (Problem("TM090", text),)


def _runs(schedule: Cron | Every, source: str, days: int, interval: bool) -> bool:
    """Whether runs are made, at times that do not move with the start date."""
    if isinstance(schedule, Cron):
        return not interval or _fits(schedule.cron, days)
    divides = not DAY % schedule.seconds and schedule.seconds <= days * DAY
    return interval and divides and _is_midnight(source)


def _is_midnight(source: str) -> bool:
    """Whether an expression that `_days` knows is the beginning of a day in UTC: `days_ago(1)`, `today("UTC")...`."""
    calls = [n for n in ast.walk(ast.parse(source.strip(), mode="eval")) if isinstance(n, ast.Call)]
    return any(
        _name(n) == "days_ago" or (_name(n) == "today" and [ast.unparse(a) for a in n.args] == ["'UTC'"])
        for n in calls
    )


def _fits(cron: str, days: int) -> bool:
    """Whether a whole interval always lies between that many days ago and now."""
    try:
        found = ticks(cron, datetime(2024, 1, 1))
        before = next(found)
        for after in found:
            if after - before > timedelta(days=days):
                return False
            if after > datetime(2025, 1, 1):
                return True
            before = after
    except (ValueError, StopIteration):
        pass
    return False


def _days(source: str) -> int | None:
    """How many days before now an expression lies: `days_ago(2)`, `pendulum.today().add(days=-2)`, `now() - ...`."""
    try:
        node = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_clock(node.left):
        return _argument(node.right, "timedelta", "days")
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and _is_clock(node.func.value):
        away = _argument(node, "subtract", "days")
        back = _argument(node, "add", "days")
        return away if away is not None else None if back is None else -back
    return _argument(node, "days_ago", "n")


def _is_clock(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node) in CLOCKS


def _name(node: ast.Call) -> str:
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _argument(node: ast.expr, name: str, keyword: str) -> int | None:
    """The one whole number that a call of that name is given."""
    if not (isinstance(node, ast.Call) and _name(node) == name):
        return None
    values = [*node.args, *(k.value for k in node.keywords if k.arg == keyword)]
    if len(values) != 1 or len(node.args) + len(node.keywords) != 1:
        return None
    try:
        found = ast.literal_eval(values[0])
    except ValueError:
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
