"""The files of an imported project that are the same for every DAG, but for names."""

from collections.abc import Sequence

from migrator.convert.text import docstring

DEFINITIONS = '''"""Everything that this code location has: one job for each Airflow DAG."""

import dagster as dg

{imports}
defs = dg.Definitions.merge({merged})
'''

README = """# Airflow DAGs as Dagster jobs

The DAG files are as they were; each DAG is a job here, each of its tasks an op. Written by `migrate import`,
which can be run again: files that were edited since are kept. What each DAG and task became stands in
`migration.json`.

## To run

```sh
{commands}
```

{needs}

Schedules and sensors are off until somebody turns them on, but for those that follow updates of datasets. While a
DAG still runs in Airflow, leave them off.
"""

INTERPRETER_NEEDS = """* `AIRFLOW_PYTHON` is the Python interpreter that has Airflow and what the DAGs import.
  Dagster needs neither.
* `AIRFLOW_DAGS_FOLDER` is the folder of the DAG files{default}.
* Connections and Variables come from `AIRFLOW_CONN_*`, `AIRFLOW_VAR_*` or a secrets backend: Airflow's own
  database is not opened. `AIRFLOW_HOME` and `AIRFLOW__*` are passed on.
* `dag_run.conf` is the run config `resources.airflow.config.conf`."""

IN_PROCESS_NEEDS = """* Dagster's own environment needs Airflow 2, `dagster-airflow` and what the DAGs import.
* `AIRFLOW_DAGS_FOLDER` is the folder of the DAG files{default}.
* Connections and Variables come from `AIRFLOW_CONN_*` and `AIRFLOW_VAR_*`: a run has a database of its own.
* A run has the tag `airflow_execution_date`, its logical date. The schedules set it."""


def definitions(modules: Sequence[str]) -> str:
    """`definitions.py`."""
    names = sorted(modules)
    imports = f"from .defs import ({', '.join(names)})\n" if names else ""
    return DEFINITIONS.format(imports=imports, merged=", ".join(f"{name}.defs" for name in names))


def module(file: str, imports: str, calls: Sequence[str]) -> str:
    """The module of one DAG file."""
    merged = calls[0] if len(calls) == 1 else f"dg.Definitions.merge({', '.join(calls)},)"
    head = docstring(f"The DAGs of {file}, unchanged.")
    return f"{head}\n\nimport dagster as dg\n\n{imports}\n\ndefs = {merged}\n"


def readme(mode: str, dags_folder: str | None) -> str:
    """`README.md`."""
    default = f"; without it, `{dags_folder}`, seen from here" if dags_folder else ""
    commands = ["export AIRFLOW_PYTHON=/path/to/airflow/bin/python"] if mode == "interpreter" else []
    commands += [] if dags_folder else ["export AIRFLOW_DAGS_FOLDER=/path/to/dags"]
    needs = INTERPRETER_NEEDS if mode == "interpreter" else IN_PROCESS_NEEDS
    return README.format(
        commands="\n".join([*commands, "dagster dev -w workspace.yaml"]), needs=needs.format(default=default)
    )
