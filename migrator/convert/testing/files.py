"""The files below `tests/`: one for each module, and what they share."""

import json
from collections.abc import Iterable, Iterator, Sequence

from migrator.convert.pages.written import Written
from migrator.convert.testing.chosen import Called, choose
from migrator.convert.testing.reading import Module
from migrator.convert.text import docstring, item
from migrator.manifest import DagEntry

CONFTEST = '''"""What all tests of this project share."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from {package}.definitions import defs

PROJECT = Path(__file__).resolve().parent.parent
DAGS_FOLDER = {folder}  # unless AIRFLOW_DAGS_FOLDER names another


@pytest.fixture(scope="session")
def project() -> dg.RepositoryDefinition:
    """All that Dagster loads from here."""
    dg.Definitions.validate_loadable(defs)
    return defs.get_repository_def()


@pytest.fixture(scope="session")
def steps(project: dg.RepositoryDefinition) -> Callable[[str], set[str]]:
    """The assets and ops of a job, by name."""

    def names(graph: dg.GraphDefinition) -> Iterator[str]:
        for node in graph.nodes:
            yield node.name
            if isinstance(node.definition, dg.GraphDefinition):
                yield from names(node.definition)

    def of_job(name: str) -> set[str]:
        job = project.get_job(name)
        assets = {{key.to_user_string() for key in job.asset_layer.executable_asset_keys}}
        return assets | set(names(job.graph))

    return of_job


@pytest.fixture
def compare() -> Callable[[str, str], None]:
    """Runs a DAG in Airflow and here, and fails where they differ. MIGRATE_PLAN may name a migrate.yaml."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    migrate, airflow = shutil.which("migrate", path=beside), os.environ.get("AIRFLOW_PYTHON")
    dags, plan = os.environ.get("AIRFLOW_DAGS_FOLDER") or DAGS_FOLDER, os.environ.get("MIGRATE_PLAN")
    if migrate is None:
        pytest.skip("migrate is not installed")
    if not airflow or not dags:
        pytest.skip("set AIRFLOW_PYTHON and AIRFLOW_DAGS_FOLDER")

    def run(dag_id: str, date: str) -> None:
        words = [migrate, "compare", PROJECT, "--dags", dags, "--airflow-python", airflow]
        words += ["--dag", dag_id, "--date", date, *(["--plan", plan] if plan else [])]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
'''

LOADS = """
@pytest.mark.parametrize(
    ("job", "expected"),
    {cases},
)
def test_every_task_has_a_step(steps, job, expected):
    assert steps(job) >= set(expected)
"""

PARITY = """
@pytest.mark.parity
@pytest.mark.parametrize(("dag_id", "date"), {cases})
def test_parity(compare, dag_id, date):
    compare(dag_id, date)
"""

ASSET_CONTEXT = '''
def context(asset):
    """The context of a run of this asset, for its first window of time if it has any."""
    windows = asset.partitions_def
    first = windows.get_first_partition_key() if windows else None
    if windows and first is None:
        pytest.skip("its first window of time has not ended yet")
    return dg.build_asset_context(partition_key=first)
'''

OUTCOME = '''
def outcome(op):
    """How an op ends that is run by itself."""
    outputs = {{output.output_name: output.value for output in op({context})}}
    return outputs["outcome"].state
'''


def test_files(written: Written) -> dict[str, str]:
    """By path below the project's folder."""
    folder = written.dags_folder
    way = "None" if folder is None else f"str(PROJECT / {json.dumps(folder)})"
    files = {"tests/conftest.py": CONFTEST.format(package=written.name, folder=way)}
    for module, dags in written.by_module.items():
        name = module.rpartition(".")[2]
        files[f"tests/test_{name}.py"] = _File(written, module, dags).text()
    return files


class _File:
    """The tests of one module."""

    def __init__(self, written: Written, module: str, dags: Sequence[tuple[str, DagEntry]]) -> None:
        self.written, self.dags = written, dags
        self.path, self.name = f"{module.replace('.', '/')}.py", module.rpartition(".")[2]
        self.module = Module(written.text(module))
        self.chosen = choose(self.module)

    def text(self) -> str:
        """The whole file, not formatted yet."""
        steps = "".join([*self._helpers(), *self._fixtures(), *self._tests()])
        loads = LOADS.format(cases=_cases((entry.job, _names(entry)) for _, entry in self.dags))
        parity = PARITY.format(cases=_cases((dag_id, self._date(dag_id)) for dag_id, _ in self.dags))
        needed = f"from {self.written.name}.defs import {self.name}\n" if self.chosen.called else ""
        return f"{self._about()}\nimport dagster as dg\nimport pytest\n{needed}{loads}{steps}{parity}"

    def _about(self) -> str:
        files = sorted({entry.file for _, entry in self.dags})
        lines = [f"Tests of `{self.path}`.", "", f"It came from `{'`, `'.join(files)}`."]
        if self.chosen.left:
            lines += ["", "Not called here, as a test may need more than this file knows:", ""]
            lines += [item(f"`{name}`: {why}") for name, why in self.chosen.left.items()]
            lines.append("")
        return docstring("\n".join(lines)) + "\n"

    def _date(self, dag_id: str) -> str:
        dag = self.written.dags.get(dag_id)
        return dag.start_date[:10] if dag and dag.start_date else "2024-01-01"

    def _helpers(self) -> Iterator[str]:
        assets = [c for c in self.chosen.called if c.step.kind == "asset"]
        if any(c.step.takes_context for c in assets):
            yield ASSET_CONTEXT
        if any(c.yields for c in self.chosen.called):
            yield OUTCOME.format(context=self._op_context())

    def _op_context(self) -> str:
        if len(self.module.windows) != 1:
            return "dg.build_op_context()"
        windows = f"{self.name}.{self.module.windows[0]}"
        return f"dg.build_op_context(partition_key={windows}.get_first_partition_key())"

    def _fixtures(self) -> Iterator[str]:
        for one in self.chosen.called:
            if one.step.name in self.chosen.read:
                yield f"\n@pytest.fixture\ndef {_value(one)}({_given(one)}):\n    return {self._call(one)}\n"

    def _tests(self) -> Iterator[str]:
        """One for each step, but for those of whose value nothing is known and which other tests call."""
        for one in self.chosen.called:
            if one.returns or one.yields or one.step.name not in self.chosen.read:
                yield self._test(one)

    def _test(self, one: Called) -> str:
        lines = [f'pytest.importorskip("{library}")' for library in one.libraries]
        if one.step.name in self.chosen.read:
            given, call = _value(one), _value(one)
        else:
            given, call = _given(one), self._call(one)
        lines.append(_checked(one, call))
        body = "\n".join(f"    {line}" for line in lines)
        return f"\ndef test_{one.step.name}({given}):\n{body}\n"

    def _call(self, one: Called) -> str:
        name = f"{self.name}.{one.step.name}"
        if one.yields:
            return f"outcome({name})"
        values = [f"{p}={_value_of(step.name)}" for p, step in one.takes.items()]
        if one.step.takes_context:
            values.insert(0, f"context({name})" if one.step.kind == "asset" else self._op_context())
        return f"{name}({', '.join(values)})"


def _checked(one: Called, call: str) -> str:
    """What a test says of a value: its kind, if the text of the step tells it."""
    if one.yields:
        return f'assert {call} == "success"'
    if one.returns == "None":
        return f"assert {call} is None"
    return f"assert isinstance({call}, {one.returns})" if one.returns else call


def _value(one: Called) -> str:
    return _value_of(one.step.name)


def _value_of(name: str) -> str:
    """The fixture of what a step returns."""
    return f"{name}_value"


def _given(one: Called) -> str:
    return ", ".join(dict.fromkeys(_value_of(step.name) for step in one.takes.values()))


def _names(entry: DagEntry) -> list[str]:
    """What the tasks of a DAG are called in its job."""
    tasks = entry.tasks.values()
    return sorted({"/".join(t.asset_key) if t.asset_key else t.op or "" for t in tasks} - {""})


def _cases(rows: Iterable[tuple[str, object]]) -> str:
    return f"[{', '.join(map(repr, rows))},]"
