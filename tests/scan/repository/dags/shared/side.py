"""What several DAG files of this team share."""

# ruff: noqa  # written as users write

from compat import EmptyOperator


def add():
    EmptyOperator(task_id="side")
