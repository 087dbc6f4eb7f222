"""`.airflowignore` leaves out what Airflow leaves out, in both syntaxes of both Airflows, and hangs no scan."""

import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.scan import automaton, files
from migrator.scan.automaton import Automaton
from migrator.scan.syntax import VARIABLE

ROOT = Path(__file__).parent.parent.parent
ORACLE = Path(__file__).with_name("airflowignore_oracle.py")
AIRFLOWS = {2: Path(sys.executable), 3: ROOT / ".venv-airflow3" / "bin" / "python"}
NAMES = ["a", "b", "ab", "a.b", "B", "a_b"]
GLOBS = [
    *[
        "*",
        "**",
        "?",
        "a",
        "b",
        "ab",
        "[ab]",
        "[!a]",
        "[^b]",
        "a*",
        "*b",
        "*.py",
        "a.py",
        "b.*",
        "\\a",
        "[a",
        "B",
    ],
    *["a_b", "[a-b]*", "[]]", "\\!a", "a\\", " a", "a ", "*a*b*", "a?b"],
]
REGEXPS = [
    "a",
    "b",
    "^a",
    "b$",
    r"\.py$",
    ".*",
    "a|b",
    "[ab]+",
    "a/b",
    "^b/",
    "(a",
    r"a\b",
    "(?=a)b",
    r"(a)\1",
    "/",
    r"\w_\w",
    "a{1,2}b",
    "B",
]


def tree(root: Path, chosen: random.Random, depth: int = 0) -> None:
    """A few folders and files, some with an ignore file."""
    root.mkdir()
    for name in chosen.sample(NAMES, 4):
        (root / f"{name}.py").touch()
    for name in chosen.sample(NAMES, 3 if depth < 2 else 0):
        tree(root / name, chosen, depth + 1)
    if depth == 0 or chosen.random() < 0.3:
        lines = [line(chosen) for _ in range(chosen.randint(1, 4))]
        again = chosen.choices(
            lines, k=chosen.choice([0, 0, 1])
        )  # Airflow 2 takes the first of lines that are the same
        (root / ".airflowignore").write_text("\n".join([*lines, *again]))


def line(chosen: random.Random) -> str:
    if chosen.random() < 0.4:
        return chosen.choice(REGEXPS)
    parts = "/".join(chosen.choice(GLOBS) for _ in range(chosen.choice([1, 1, 2, 3])))
    comment = chosen.choice(["", "", "", " # c", "#c"])
    return (
        chosen.choice(["", "", "!"])
        + chosen.choice(["", "", "/"])
        + parts
        + chosen.choice(["", "", "/"])
        + comment
    )


def answers(version: int, folders: list[Path], home: Path) -> dict[str, Any]:
    env = {**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    asked = json.dumps([str(f) for f in folders])
    done = subprocess.run([AIRFLOWS[version], ORACLE], input=asked, env=env, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.split("ANSWER")[1])
    return told


@pytest.mark.parametrize("version", [2, 3])
def test_what_is_left_is_what_airflow_finds(
    tmp_path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not AIRFLOWS[version].exists():
        pytest.skip(f"no Airflow {version} here")
    chosen = random.Random(20261122)
    folders = [tmp_path / f"t{n}" for n in range(250)]
    for folder in folders:
        tree(folder, chosen)
    told = answers(version, folders, tmp_path / "home")
    compared = 0
    for syntax in ("regexp", "glob"):
        monkeypatch.setenv(VARIABLE, syntax)
        for folder in folders:
            expected = told[str(folder)][syntax]
            left, findings = files.find([folder], folder, f"{version}.0")
            text = {p: p.read_text() for p in folder.rglob(".airflowignore")}
            if isinstance(expected, str):
                assert [f.code for f in findings] == ["SC019"] * len(findings) and findings, (expected, text)
            elif not any("take forever" in f.message for f in findings):
                assert left == expected, (syntax, text)
                compared += 1
    assert compared > 300


ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", "(?:ab)", "(a|b)", "(a|ab)", "^", "$", "(?:)", r"\."]
)
PATTERNS = st.lists(
    st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?"])),
    min_size=1,
    max_size=6,
).map(lambda parts: "".join(a + (r if a not in ("^", "$") else "") for a, r in parts))


@settings(deadline=None)
@given(PATTERNS, PATTERNS, st.lists(st.text(alphabet="ab1._/é", max_size=12), min_size=1, max_size=5))
def test_the_automaton_finds_what_pythons_engine_finds(one: str, two: str, texts: list[str]) -> None:
    pattern = f"(?:{one})*{two}|{two}"
    made = Automaton(automaton.compiled(pattern)[1], 0)
    for text in [*texts, *texts]:
        assert made.search(text) == bool(re.search(pattern, text)), (pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "(a|ab|b)*c",
        "a*a*a*a*a*a*a*a*b",
        "(.*)*x",
        "(a?){60}a{60}b",
        "*a*a*a*a*a*a*a*a*b",
        "((a*)*)*b",
        "(a*)*(?=b)",
        "(?i)(a+)+b",
        r"(a*)*\1b",
        "x{1000}" * 50,
        "(" * 450,
    ],
)
@pytest.mark.parametrize("syntax", ["regexp", "glob"])
def test_no_pattern_hangs_a_scan(
    tmp_path: Path, pattern: str, syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, syntax)
    (tmp_path / ("a" * 240 + ".py")).touch()
    (tmp_path / ".airflowignore").write_text(pattern)
    start = time.process_time()
    files.find([tmp_path], tmp_path)
    assert time.process_time() - start < 2


def test_a_pattern_that_could_take_forever_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / ".airflowignore").write_text("x\n(a+)+(?=b)\n")
    _, findings = files.find([tmp_path], tmp_path)
    assert [(f.code, f.origin.file, f.origin.line) for f in findings] == [("SC019", ".airflowignore", 2)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "cannot be used"),
        (b"a\n" * 3000, "more than 2000 lines"),
        (b"a" * 2_000_000, "more than 1000000 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_finding(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / ".airflowignore").write_bytes(data)
    (tmp_path / "a.py").touch()
    left, findings = files.find([tmp_path], tmp_path)
    assert left == ["a.py"] and [f.code for f in findings] == ["SC019"] and message in findings[0].message


def made(root: Path, ignore: str, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / ".airflowignore").write_text(ignore)


@pytest.mark.parametrize(
    ("place", "text", "left"),
    [
        pytest.param(None, "", ["a.py"], id="nothing said: a regular expression"),
        pytest.param(
            "../requirements.txt",
            "x\napache-airflow[celery]==3.1.0\n",
            ["a.py", "helpers.py"],
            id="a pin of 3",
        ),
        pytest.param(
            "../pyproject.toml", "dependencies = ['apache-airflow>=2.9']", ["a.py"], id="a pin of 2"
        ),
        pytest.param("../Dockerfile", "FROM apache/airflow:3.0.1\n", ["a.py", "helpers.py"], id="an image"),
        pytest.param(
            "../airflow.cfg", "[core]\ndag_ignore_file_syntax = glob\n", ["a.py", "helpers.py"], id="a config"
        ),
        pytest.param("../airflow.cfg", "no config", ["a.py"], id="a broken config"),
    ],
)
def test_the_syntax_is_looked_up(tmp_path: Path, place: str | None, text: str, left: list[str]) -> None:
    dags = tmp_path / "repo" / "dags"
    made(dags, "helper\n", "a.py", "helpers.py")
    if place:
        (dags / place).write_text(text)
    found, findings = files.find([dags], dags)
    assert found == left
    certain = place is not None and place.endswith("cfg") and "core" in text
    assert [f.code for f in findings] == ([] if certain else ["SC068"])


def test_a_line_that_means_the_same_in_both_is_no_finding(tmp_path: Path) -> None:
    made(tmp_path, "helpers.py\n", "a.py", "helpers.py")
    assert files.find([tmp_path], tmp_path) == (["a.py"], [])


def test_the_doubt_names_the_line_and_an_example(tmp_path: Path) -> None:
    made(tmp_path, "# ours\nhelper\n", "a.py", "helpers.py")
    _, (finding,) = files.find([tmp_path], tmp_path)
    assert (finding.origin.line, finding.severity) == (2, "warning")
    assert (
        "'helper' is read as a regular expression; as a glob" in finding.message
        and "helpers.py" in finding.message
    )


def test_expressions_are_about_the_path_below_the_scanned_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "regexp")
    for name in ("one", "two"):
        made(tmp_path / name, "^old/\n", "old/a.py", "b.py")
    found, _ = files.find([tmp_path / "one", tmp_path / "two"], tmp_path)
    assert found == ["one/b.py", "two/b.py"]


def test_a_link_that_leads_to_a_folder_again_is_a_finding(tmp_path: Path) -> None:
    made(tmp_path, "", "sub/a.py")
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    found, findings = files.find([tmp_path], tmp_path)
    assert found == ["again/a.py"] and [(f.code, f.origin.file) for f in findings] == [("SC069", "sub")]


def test_a_zip_that_is_ignored_is_no_finding(tmp_path: Path) -> None:
    made(tmp_path, "old.zip\n", "old.zip", "new.zip")
    _, findings = files.find([tmp_path], tmp_path)
    assert [(f.code, f.origin.file) for f in findings] == [("SC031", "new.zip")]
