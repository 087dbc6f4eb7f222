"""dagster_defs/ is what the tool makes of airflow_dags/ now; `make renew` writes it again."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from migrator.cli import group

ROOT = Path(__file__).parent.parent
OUT = ROOT / "dagster_defs"
CONVERT = ["convert", "airflow_dags", "--plan", "migrate.yaml", "--out", "dagster_defs", "--check", "--diff"]
IMPORT = ["import", "airflow_dags", "--out", "dagster_defs/phase_one", "--dry-run"]


@pytest.mark.parametrize("words", [CONVERT, IMPORT], ids=["phase two", "phase one"])
def test_the_bundled_project_is_fresh(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0, done.output
    changes = [
        line for line in done.output.splitlines() if line.startswith(("new: ", "changed: ", "stale: "))
    ]
    assert changes == []


@pytest.mark.parametrize("path", sorted(OUT.rglob("*.py")), ids=lambda p: str(p.relative_to(OUT)))
def test_the_bundled_project_needs_neither_airflow_nor_this_tool(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "import migrator" not in text and "from migrator" not in text
    if "_airflow" not in path.parts:
        assert "import airflow" not in text and "from airflow" not in text
