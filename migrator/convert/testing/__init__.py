"""Tests of a new project: its definitions load, its steps can be called, and it does what Airflow does."""

from migrator.convert.testing.files import test_files

__all__ = ["test_files"]
