"""An Airflow DAG file that does not load."""


def helper():
    raise ValueError("no such table")


helper()
