"""The files of a new project that do not depend on its DAGs: the entry points, and how Dagster finds them.

The folder of the project is its package. `dg` runs in that folder, where the package itself cannot be imported:
it gets a module of its own that can.
"""

import json

DEFINITIONS = '''"""Everything that was migrated: one code location."""

from pathlib import Path

import dagster as dg

from . import defs as folder

defs = dg.ComponentTree.from_module(folder, project_root=Path(__file__).parent).build_defs()
'''

LOCATION = '''"""What `dg` loads when it runs in this folder: the package that the folder is."""

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

defs = import_module(f"{FOLDER.name}.definitions").defs
'''

PYPROJECT = """\
[project]
name = "{dist}"
version = "0.1.0"
requires-python = ">=3.10,<3.13"
dependencies = ["dagster==1.13.*"]

[dependency-groups]
dev = ["dagster-dg-cli==1.13.*", "dagster-webserver==1.13.*", "pytest>=8"]

[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "defs"
defs_module = "defs"
code_location_name = "{name}"
code_location_target_module = "dg_location"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = [".."]
addopts = "--strict-markers --import-mode=importlib"
markers = ["parity: runs a DAG in Airflow and here, and compares; needs both, and minutes"]

[tool.ruff]
line-length = 110

[tool.ruff.lint]
select = ["E", "F", "I", "B", "UP"]

[tool.ruff.lint.pycodestyle]
max-line-length = 120  # of sentences; the formatter breaks code before that

[tool.ruff.lint.per-file-ignores]
"defs/**" = ["E501", "B904"]  # what the DAG files said, and raised, stays as it was
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


def fixed_files(name: str) -> dict[str, str]:
    """By path below the package folder of that name."""
    return {
        "__init__.py": "",
        "defs/__init__.py": "",
        "definitions.py": DEFINITIONS,
        "dg_location.py": LOCATION,
        "pyproject.toml": PYPROJECT.format(name=name, dist=name.replace("_", "-")),
        "workspace.yaml": workspace(name),
    }
