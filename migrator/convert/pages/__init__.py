"""The files of a new project beside its modules: entry points, instance, README and tests."""

from migrator.convert.pages.fixed import fixed_files
from migrator.convert.pages.instance import instance
from migrator.convert.pages.readme import readme
from migrator.convert.pages.written import Written


def project_files(written: Written) -> dict[str, str]:
    """By path below the project's folder."""
    from migrator.convert.testing import test_files

    pages = {"README.md": readme(written), "dagster.yaml": instance(written)}
    return {**fixed_files(written.name), **pages, **test_files(written)}


__all__ = ["Written", "project_files"]
