"""Tests of `defs/page_views.py`.

It came from `page_views.py`."""

import pytest


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (
            "page_views_daily",
            [
                "page_views_daily/cleaned_page_views",
                "page_views_daily/raw_page_views",
                "page_views_daily/report/page_popularity",
                "page_views_daily/report/sessions",
            ],
        ),
        (
            "page_views_weekly",
            [
                "page_views_weekly/cleaned_page_views",
                "page_views_weekly/raw_page_views",
                "page_views_weekly/report/page_popularity",
                "page_views_weekly/report/sessions",
            ],
        ),
    ],
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)


@pytest.mark.parity
@pytest.mark.parametrize(
    ("dag_id", "date"),
    [
        ("page_views_daily", "2024-01-01"),
        ("page_views_weekly", "2024-01-01"),
    ],
)
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
