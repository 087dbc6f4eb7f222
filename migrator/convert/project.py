"""The files of a new project that do not depend on its DAGs: the entry point, and how Dagster finds it."""

import json

DEFINITIONS = '''"""Everything that was migrated: one code location."""

from pathlib import Path

import dagster as dg

defs = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
'''

PYPROJECT = """\
[project]
name = "{dist}"
version = "0.1.0"
requires-python = ">=3.10,<3.13"
dependencies = ["dagster==1.13.*"]

[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "{name}"
code_location_name = "{name}.definitions"
code_location_target_module = "{name}.definitions"
"""

WORKSPACE = """\
# dagster dev -w workspace.yaml
load_from:
  - python_module:
      module_name: {module}
      working_directory: ..
"""


def workspace(package: str) -> str:
    """`workspace.yaml`, for `dagster dev` in the project's folder. A package may have any name that is a folder's."""
    return WORKSPACE.format(module=json.dumps(f"{package}.definitions"))


def project_files(name: str) -> dict[str, str]:
    """By path below the package folder of that name."""
    return {
        "__init__.py": "",
        "defs/__init__.py": "",
        "definitions.py": DEFINITIONS,
        "pyproject.toml": PYPROJECT.format(name=name, dist=name.replace("_", "-")),
        "workspace.yaml": workspace(name),
    }
