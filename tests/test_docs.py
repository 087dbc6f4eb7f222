"""The pages cannot lie: generated ones are fresh, named commands exist, links lead somewhere, blocks run."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from migrator.cli import group
from migrator.findings import rules

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
COMMANDS = group.list_commands(click.Context(group))
RUNNABLE = re.compile(r"<!-- runs(?:, exit (?P<status>\d))? -->\n```\n(?P<body>.*?)^```$", re.M | re.S)
BLOCKS = [
    pytest.param(match["body"], int(match["status"] or 0), id=f"{page.name}:{number}")
    for page in PAGES
    for number, match in enumerate(RUNNABLE.finditer(page.read_text(encoding="utf-8")), 1)
]

QUOTED = re.compile(r"<!-- from (?P<file>\S+) -->\n```python\n(?P<body>.*?)^```$", re.M | re.S)
QUOTES = [
    pytest.param(match["file"], match["body"], id=f"{page.name}: {match['file']}")
    for page in PAGES
    for match in QUOTED.finditer(page.read_text(encoding="utf-8"))
]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def migrate(line: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One line of a page, `$ migrate scan dags`, run with the interpreter of this test."""
    command = line.removeprefix("$ migrate").strip()
    shell = f'"{sys.executable}" -m migrator {command}'
    return subprocess.run(["bash", "-c", shell], cwd=cwd, capture_output=True, text=True)


def test_the_page_of_the_rules_is_fresh() -> None:
    from migrator.report import rules_page

    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page(), "run `make renew`"


def test_every_rule_says_what_to_do() -> None:
    assert [r.code for r in rules() if len(r.help) < 20] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_a_page_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^\$? ?|`|-m )(?:migrate|migrator) ([a-z]+(?:-[a-z]+)*)", text, re.M))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_of_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^\$? ?|`)make ([a-z0-9-]+)", page.read_text(encoding="utf-8"), re.M))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_code_that_a_page_names_is_a_rule(page: Path) -> None:
    named = set(re.findall(r"\b(?:SC|OP|TM|DP|CF|EN)\d{3}\b", page.read_text(encoding="utf-8")))
    assert named <= {rule.code for rule in rules()}


@pytest.mark.parametrize(("body", "status"), BLOCKS)
def test_a_block_that_is_marked_as_running_prints_what_it_shows(body: str, status: int) -> None:
    command, _, shown = body.partition("\n")
    done = migrate(command, ROOT)
    assert (done.stdout.rstrip(), done.returncode) == (shown.rstrip(), status), done.stderr


@pytest.mark.parametrize(("file", "body"), QUOTES)
def test_code_that_is_quoted_from_a_file_stands_in_it(file: str, body: str) -> None:
    assert body in (ROOT / file).read_text(encoding="utf-8")
