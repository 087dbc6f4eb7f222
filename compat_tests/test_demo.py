"""`migrate demo --break` as a person starts it: from any folder, with real runs; what is wrong is caught."""

import json
import subprocess
import sys
from pathlib import Path

from compat_tests.sides import AIRFLOW2


def test_the_wrong_conversion_is_caught_and_shown(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "migrator", "demo", "--break", "--airflow-python", AIRFLOW2]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    assert "Caught: the wrong conversion of order_pipeline" in done.stdout
    assert '-    orders = orders[orders["status"] == "completed"]' in done.stdout
    verdicts = {
        (phase, result["dag_id"]): result["verdict"]
        for phase, report in json.loads((tmp_path / "demo_output" / "results.json").read_text()).items()
        for result in report["results"]
    }
    assert [key for key, verdict in verdicts.items() if verdict != "equal"] == [("phase 2", "order_pipeline")]
    assert len(verdicts) == 6
