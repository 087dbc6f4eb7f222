"""What counts as a cron expression, and that Dagster says the same."""

import warnings

import dagster as dg
import pytest

from migrator.ir.cron import is_cron

GOOD = [
    *(
        "* * * * *",
        "0 0 * * *",
        "*/15 * * * *",
        "00 06 * * *",
        "5/15 * * * *",
        "0 0 1 */3 *",
        "0 0 1-31/2 * *",
    ),
    *(
        "0 0 * * 7",
        "0 0 * * 0-7",
        "0 0 * * 5#3",
        "0 0 * * 1#1,3#2",
        "0 0 * * L5",
        "0 0 * * mon#1",
        "0 0 * * ?",
    ),
    *("0 0 * * SUN", "0 0 * * SUN-MON", "0 0 * JAN *", "0 0 * jan-mar *", "0 0 * * MON,WED", "0 22-2 * * *"),
    *("0 0 L * *", "0 0 1,L * *", "0 0 29 2 *", "0 0 31 2,3 *", "0 0 31 4,6,8 *", "0 0 ? * *"),
]
BAD = [
    *(
        "",
        "@daily",
        "* * * *",
        "0 0 * * * *",
        "a b c d e",
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 32 * *",
    ),
    *("0 0 * 0 *", "0 0 * 13 *", "0 0 * * 8", "*/0 * * * *", "-1 * * * *", "1- * * * *", "1,,2 * * * *"),
    *("0 0 * * 5#6", "0 0 15W * *", "0 0 L-1 * *", "H H * * *", "0 0 31 2 *", "0 0 31 2 1", "mon * * * *"),
]


def dagster_takes(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dg.ScheduleDefinition(job_name="any", cron_schedule=text)
            dg.TimeWindowPartitionsDefinition(cron_schedule=text, start="2024-01-01", fmt="%Y-%m-%d")
        except (dg.DagsterError, ValueError, KeyError):
            return False
        return len(text.split()) == 5


@pytest.mark.parametrize(("text", "expected"), [*((t, True) for t in GOOD), *((t, False) for t in BAD)])
def test_is_cron(text: str, expected: bool) -> None:
    assert is_cron(text) is expected


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_dagster_says_the_same(text: str) -> None:
    assert dagster_takes(text) is is_cron(text)
