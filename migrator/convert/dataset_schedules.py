"""Updates of datasets (assets, in Airflow 3), and of their partitions, that start a DAG → a sensor."""

from dataclasses import replace

from migrator.convert.partition_schedules import TOLD, mappers
from migrator.convert.problem import Problem
from migrator.convert.starts import Timing, paused
from migrator.ir import Dag, OnDatasets, OnPartitions
from migrator.ir.schedule import Condition


def on_datasets(dag: Dag, schedule: OnDatasets, airflow3: bool) -> Timing | Problem:
    """A sensor that waits as Airflow does."""
    if schedule.needs == "expression" and schedule.condition is None:
        return Problem("TM057", "the condition on its datasets could not be worked out")
    names: set[str] = {"on_updates"}
    text = condition_text(schedule, names)
    running = "" if not paused(dag) else ", default_status=dg.DefaultSensorStatus.STOPPED"
    note = Problem("TM055", f"starts on updates of {', '.join(schedule.uris)}; the Dagster daemon must run")
    unseen = f"a watcher of Airflow updates {', '.join(schedule.watched)}; nothing looks in Dagster"
    notes = (note, *([Problem("TM063", unseen)] if schedule.watched else []))
    return Timing(
        sensor=f"on_updates({{job}}, {text}{running})",
        airflow3=airflow3,
        imports=(f"from ..runtime.datasets import {', '.join(sorted(names))}",),
        notes=notes,
    )


def about_updates(found: Timing) -> Timing:
    """Airflow 2 takes the moment of the last update for the logical date, and so does the sensor."""
    note = Problem("TM062", "the date of a run is the moment of the last update that has started it")
    return replace(found, interval=False, of_updates=True, notes=(*found.notes, note))


def on_partitions(dag: Dag, schedule: OnPartitions, airflow3: bool) -> Timing | Problem:
    """Likewise, for each partition."""
    found, waits = mappers(schedule), on_datasets(dag, schedule.datasets, airflow3)
    if isinstance(found, Problem) or isinstance(waits, Problem):
        return found if isinstance(found, Problem) else waits
    if schedule.datasets.aliases:
        return Problem("TM040", "the partitions of what an alias stands for are not known")
    names: set[str] = set()
    text = condition_text(schedule.datasets, names)
    running = "" if not paused(dag) else ", default_status=dg.DefaultSensorStatus.STOPPED"
    given = "".join(f", {one}" for one in found.given).replace("{", "{{").replace("}", "}}")
    imports = ["from ..runtime.partition_keys import on_partitions"]
    imports += [f"from ..runtime.datasets import {', '.join(sorted(names))}"] if names else []
    own = ", ".join(sorted(found.names))
    imports += [f"from ..runtime.partition_mappers import {own}"] if own else []
    return replace(
        waits,
        sensor=f"on_partitions({{job}}, {text}{given}{running})",
        imports=tuple(imports),
        notes=(*waits.notes, Problem("TM064", TOLD)),
    )


def condition_text(schedule: OnDatasets, names: set[str]) -> str:
    """What a DAG waits for, as an expression; the functions that it needs are added to `names`."""
    condition = schedule.condition or (schedule.needs, *schedule.uris)
    return _condition(condition, frozenset(schedule.aliases), names)


def _condition(condition: Condition, aliases: frozenset[str], names: set[str]) -> str:
    if isinstance(condition, str) and condition in aliases:
        names.add("members_of")
        return f"members_of({condition!r})"
    if isinstance(condition, str):
        return f'"{condition}"' if '"' not in condition else repr(condition)
    parts = [_condition(part, aliases, names) for part in condition[1:]]
    if len(parts) == 1:
        return parts[0]
    names.add(f"{condition[0]}_of")
    return f"{condition[0]}_of({', '.join(parts)})"
