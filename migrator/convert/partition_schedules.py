"""Airflow 3's runs about partitions of assets → a schedule or a sensor that gives each run the key of its partition."""

import ast

from migrator.convert.problem import Problem
from migrator.ir import CronPartitions, OnPartitions
from migrator.record import dataclass

# What `runtime/partition_mappers.py` has under the same name.
KNOWN = frozenset(
    (
        *("IdentityMapper", "AllowedKeyMapper", "FixedKeyMapper", "ProductMapper", "ChainMapper"),
        *(f"StartOf{period}Mapper" for period in ("Hour", "Day", "Week", "Month", "Quarter", "Year")),
        *(f"{period}Window" for period in ("Hour", "Day", "Week", "Month", "Quarter", "Year", "Segment")),
        *("RollupMapper", "FanOutMapper", "WaitForAll", "MinimumCount", "Window"),
    )
)
TOLD = "a run's partition is its tag `partition_key`; what it updates is that partition"


@dataclass(frozen=True)
class Mappers:
    """`given` are arguments of the sensor; `names` those of the runtime's classes in them."""

    given: tuple[str, ...]
    names: frozenset[str]


def mappers(schedule: OnPartitions) -> Mappers | Problem:
    """Of the timetable's call, as it is written."""
    call = _call(schedule.source)
    if call is None:
        return Problem("TM040", "how the partitions of assets become those of runs could not be read")
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    given, nodes = [], []
    if default := arguments.get("default_partition_mapper"):
        nodes.append(default)
        given.append(f"mapper={ast.unparse(default)}")
    own = arguments.get("partition_mapper_config")
    values = own.values if isinstance(own, ast.Dict) else []
    if len(values) != len(schedule.addresses):
        return Problem("TM040", "which asset has which partition mapper could not be read")
    if values:
        nodes += values
        pairs = zip(schedule.addresses, map(ast.unparse, values), strict=True)
        given.append("mappers={" + ", ".join(f"{address!r}: {text}" for address, text in pairs) + "}")
    if unknown := next((text for node in nodes if (text := _unknown(node))), None):
        return Problem("TM040", f"`{unknown}` in a partition mapper has no native form")
    names = {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}
    return Mappers(tuple(given), frozenset(names))


def _call(source: str) -> ast.Call | None:
    try:
        found = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, ast.Call) else None


def _unknown(node: ast.expr) -> str | None:
    """A piece of a mapper that is no constant, and no call of what the runtime has."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in KNOWN:
            return part.id
        if (
            isinstance(part, ast.keyword)
            and part.arg == "timezone"
            and not isinstance(part.value, ast.Constant)
        ):
            return ast.unparse(part.value)
        if isinstance(part, ast.Attribute) and not ast.unparse(part).startswith("Window.Direction"):
            return ast.unparse(part)
        if isinstance(part, (ast.Lambda, ast.Starred, ast.comprehension, ast.JoinedStr)):
            return ast.unparse(part) if isinstance(part, ast.expr) else "a comprehension"
    return None


def at_partitions(schedule: CronPartitions, running: str) -> str:
    """The expression of the schedule; `{job}` stands for the job."""
    cron, form = schedule.cron, schedule.key_format
    own = (
        "" if form == "%Y-%m-%dT%H:%M:%S" else f", key_format={form.replace('{', '{{').replace('}', '}}')!r}"
    )
    return f'at_partitions({{job}}, "{cron.expression}", "{cron.timezone}"{own}{running})'
