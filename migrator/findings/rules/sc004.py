"""SC004: a file too large to read."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC004",
    title="A file too large to read",
    severity="warning",
    help=(
        "Move data out of the DAG file. A file of several megabytes also slows down Airflow's own scheduler."
    ),
    before="ROWS = [...]  # 5 MB",
    after="ROWS = json.loads(Path(__file__).with_name('rows.json').read_text())",
)
