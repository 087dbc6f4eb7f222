"""Tests of `defs/page_views.py`.

It came from `page_views.py`.

Not called here, as a test may need more than this file knows:

- `raw_page_views`: it uses `pandas.read_csv`
- `cleaned_page_views`: it takes what `raw_page_views` returns, which is not called
- `sessions`: it takes what `cleaned_page_views` returns, which is not called
- `page_popularity`: it uses `pathlib.Path`
- `weekly_raw_page_views`: it uses `pandas.read_csv`
- `weekly_page_views`: it takes what `weekly_raw_page_views` returns, which is not called
- `weekly_sessions`: it takes what `weekly_page_views` returns, which is not called
- `weekly_page_report`: it uses `pathlib.Path`
"""

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
                "page_views_weekly/report/weekly_page_report",
                "page_views_weekly/report/weekly_sessions",
                "page_views_weekly/weekly_page_views",
                "page_views_weekly/weekly_raw_page_views",
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
