"""The partitions of a converted project's assets belong together as Airflow's own mappers say."""

import json
import subprocess
from pathlib import Path

import pytest

from compat_tests.sides import AIRFLOW3
from migrator.runtime import partition_mappers
from migrator.runtime.partition_mappers import FanOutMapper, Mapper, RollupMapper, several

SCRIPT = Path(__file__).with_name("partition_mappers.py")
PERIODS = ("Hour", "Day", "Week", "Month", "Quarter", "Year")
STARTS = [f"StartOf{period}Mapper" for period in PERIODS]
INNER = {"Day": "Hour", "Week": "Day", "Month": "Day", "Quarter": "Month", "Year": "Month"}
BACK = "(direction=Window.Direction.BACKWARD)"
MAPPERS = [
    "IdentityMapper()",
    'AllowedKeyMapper(["us", "eu"])',
    'FixedKeyMapper("all")',
    *(f"{start}({zone})" for start in STARTS for zone in ("", 'timezone="America/New_York"')),
    'StartOfMonthMapper(input_format="%Y-%m-%d")',
    'StartOfWeekMapper(output_format="w%V %d.%m.%Y")',
    "ProductMapper(IdentityMapper(), StartOfDayMapper())",
    'ProductMapper(StartOfDayMapper(), StartOfYearMapper(), delimiter="/")',
    'ChainMapper(StartOfDayMapper(), StartOfMonthMapper(input_format="%Y-%m-%d"))',
    *(
        f"{kind}(upstream_mapper=StartOf{period}Mapper({zone}), window={period}Window{way})"
        for period in INNER
        for kind in ("RollupMapper", "FanOutMapper")
        for way in ("()", BACK)
        for zone in ("", 'timezone="Europe/Berlin"')
    ),
    "FanOutMapper(upstream_mapper=StartOfHourMapper(), window=HourWindow(), downstream_mapper=StartOfHourMapper())",
    'RollupMapper(upstream_mapper=FixedKeyMapper("all"), window=SegmentWindow(["us", "eu", "apac"]))',
    *(
        f'RollupMapper(upstream_mapper=FixedKeyMapper("all"), window=SegmentWindow(["us", "eu"]), '
        f"wait_policy=MinimumCount({n}))"
        for n in (1, 2, -1, -5)
    ),
    "FanOutMapper(upstream_mapper=IdentityMapper(), window=SegmentWindow(['b', 'a']), "
    "downstream_mapper=IdentityMapper())",
]
KEYS = [
    "us",
    "2024-02-29T23:59:59",
    "2024-03-31T02:30:00",
    "2024-11-03T01:30:00",
    "2024-12-30T00:00:00",
    "2024-03-10",
    "us|2024-03-10T07:08:09",
    "2024-03-10T07:08:09/2024-03-10T07:08:09",
    "",
]


def ours(text: str, key: str) -> object:
    made: Mapper = eval(text, dict(vars(partition_mappers)))
    try:
        keys = sorted(several(made.to_downstream(key)))
    except Exception:  # whatever it is, there is no counterpart
        return "no counterpart"
    needs = made_of(made, keys[0]) if isinstance(made, RollupMapper) else None
    return [keys, [date(made, each) for each in keys], needs]


def date(made: Mapper, key: str) -> str | None:
    try:
        found = made.date(key)
    except ValueError:
        return "unknown"
    return found.isoformat() if found else None


def made_of(made: RollupMapper, key: str) -> list[object]:
    members = made.window.members(made.upstream_mapper.decoded(key))
    expected = sorted({made.upstream_mapper.encoded(member) for member in members})
    return [expected, [made.met(key, expected[:n]) for n in range(len(expected) + 1)]]


@pytest.fixture(scope="module")
def theirs() -> dict[tuple[str, str], object]:
    """What Airflow says to each question."""
    questions = [(mapper, key) for mapper in MAPPERS for key in KEYS]
    asked = subprocess.run(
        [AIRFLOW3, str(SCRIPT)], input=json.dumps(questions), capture_output=True, text=True, check=True
    )
    return dict(zip(questions, json.loads(asked.stdout), strict=True))


@pytest.mark.parametrize("mapper", MAPPERS)
def test_a_mapper_does_as_airflows(mapper: str, theirs: dict[tuple[str, str], object]) -> None:
    found = {key: ours(mapper, key) for key in KEYS}
    assert found == {key: theirs[mapper, key] for key in KEYS}
    assert any(each != "no counterpart" for each in found.values())


def test_what_a_window_fans_out_to_is_told_for_all_but_hours() -> None:
    assert {window.__name__.removesuffix("Window") for window in partition_mappers.SMALLER} == {*INNER}
    with pytest.raises(KeyError):
        FanOutMapper(upstream_mapper=Mapper(), window=partition_mappers.HourWindow())
