"""The schema of a plan is that of the model: an editor takes what the reader takes, and marks what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from migrator.cli import group
from migrator.convert.plan_file import update
from migrator.errors import PlanError
from migrator.plan import reading, schema
from migrator.plan.tree import parse, plain

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads(schema.FILE.read_text())


def errors(text: str) -> list[str]:
    return [e.message for e in Draft202012Validator(SCHEMA).iter_errors(plain(parse(text)))]


def test_the_file_is_what_the_model_says() -> None:
    assert schema.FILE.read_text() == schema.text(), "run: python -m migrator.plan.schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_has_a_description() -> None:
    for entry in [SCHEMA, *SCHEMA["$defs"].values()]:
        assert entry["description"] and entry["additionalProperties"] is False
        assert all(field.get("description") for field in entry["properties"].values())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param((ROOT / "migrate.yaml").read_text(), id="the bundled plan"),
        pytest.param("", id="nothing"),
        pytest.param("dags:\n", id="no DAGs"),
        pytest.param("dags:\n  a:\n  b: {level: ~, tasks: ~}\n", id="keys without values"),
        pytest.param("dags:\n  a:\n    tasks:\n      t:\n", id="a task without anything"),
        pytest.param("dags:\n  a: {conf: {x: [1, {y: ~}]}, compare: {tolerance: {a: 1}}}\n", id="any conf"),
    ],
)
def test_a_good_plan_is_good_for_both(text: str) -> None:
    assert errors(text) == []
    reading.understood(Path("migrate.yaml"), text)


@pytest.mark.parametrize(
    "text",
    [
        "dgas: {}",
        "dags: []",
        "version: 2",
        "dags: {a: {levle: job}}",
        "dags: {a: {level: assett}}",
        "dags: {a: {tasks: {t: {asset: raw orders}}}}",
        "dags: {a: {outputs: x}}",
        "dags: {a: {compare: {tolerance: {x: much}}}}",
        "sandbox: {env: {A: true}}",
        "sandbox: {env: {A: }}",
    ],
)
def test_a_bad_plan_is_bad_for_both(text: str) -> None:
    assert errors(text)
    with pytest.raises(PlanError):
        reading.understood(Path("migrate.yaml"), text)


def test_a_new_plan_names_the_schema_that_lies_beside_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["plan-schema", "--output", str(tmp_path / "migrate.schema.json")])
    assert done.exit_code == 0 and json.loads((tmp_path / "migrate.schema.json").read_text()) == SCHEMA
    found: dict[str, Any] = {"dag_id": "a", "file": "a.py", "level": "job", "partial": False, "tasks": []}
    update(tmp_path / "migrate.yaml", [found])
    first = (tmp_path / "migrate.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=migrate.schema.json"
