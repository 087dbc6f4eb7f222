"""Modules and files of the DAG repository that the DAGs use, at their path there."""

from pathlib import Path

REPOSITORY = Path(__file__).parent
