"""Timetables: Airflow's own, whose meaning is known, and the users'."""

from migrator.record import dataclass
from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Call, Thing
from migrator.scan.registry import means

HOMES = (
    *(
        f"airflow.timetables.{name}"
        for name in ("interval", "trigger", "datasets", "assets", "simple", "events")
    ),
    "airflow.sdk",
)
CLASSES = (
    "CronDataIntervalTimetable",
    "DeltaDataIntervalTimetable",
    "CronTriggerTimetable",
    "MultipleCronTriggerTimetable",
    "DeltaTriggerTimetable",
    "DatasetOrTimeSchedule",
    "AssetOrTimeSchedule",
    "EventsTimetable",
    "NullTimetable",
    "OnceTimetable",
    "ContinuousTimetable",
    "PartitionedAssetTimetable",
    "CronPartitionTimetable",
    "PartitionedAtRuntime",
)


@dataclass(eq=False)
class TimetableValue(Thing):
    """A call of a timetable class."""

    kind: str
    args: list[object]
    kwargs: dict[str, object]
    source: str

    def first(self, name: str) -> object:
        """The argument of that name, or the first."""
        return self.kwargs.get(name, self.args[0] if self.args else None)


def custom(name: str, call: Call) -> TimetableValue | None:
    """A timetable class that is imported from elsewhere, by its name."""
    if not (name.endswith(("Timetable", "Schedule")) and name.rsplit(".", 1)[-1][0].isupper()):
        return None
    return TimetableValue(name, call.args, call.kwargs, call.site.text())


def _register(kind: str) -> None:
    @means(*[f"{home}.{kind}" for home in HOMES])
    def timetable(run: Interpreter, call: Call) -> object:
        return TimetableValue(kind, call.args, call.kwargs, call.site.text())


for _kind in CLASSES:
    _register(_kind)
