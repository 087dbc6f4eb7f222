"""Marks of regions stay where what they mark is, and go with what has gone."""

from pathlib import Path

from migrator.convert import convert_project
from migrator.convert.regions import paired
from migrator.phase_one.lifts import lifts
from migrator.plan import Plan
from migrator.scan import scan

DAG = """
# [START all]
# [START imports]
import json
from datetime import datetime
from airflow.decorators import dag, task
# [END imports]

# [START instantiate]
@dag(start_date=datetime(2024, 1, 1), schedule=None)
def marked():
    # [END instantiate]

    # [START extract]
    # where it all begins
    @task
    def extract():
        return json.loads("[1]")
    # [END extract]

    # [START flow]
    extract()
    # [END flow]

marked()
# [END all]
"""


def test_a_mark_of_what_has_gone_goes_and_the_others_stay_in_pairs(tmp_path: Path) -> None:
    (tmp_path / "marked.py").write_text(DAG)
    project, _ = scan([tmp_path])
    text = convert_project(project, Plan(), lifts(project, None), name="shop").files["defs/marked.py"]
    marks = [line.strip() for line in text.splitlines() if "[START" in line or "[END" in line]
    assert "# [START flow]" not in marks and "# [START instantiate]" not in marks
    assert marks[0] == "# [START all]" and marks[-1] == "# [END all]"
    assert len(marks) % 2 == 0 and "# where it all begins" in text


def test_what_comes_in_the_wrong_order_goes() -> None:
    assert (
        paired("# [END a]\nx = 1\n# [START a]\n# [START b]\n# [END b]\n") == "x = 1\n# [START b]\n# [END b]\n"
    )
