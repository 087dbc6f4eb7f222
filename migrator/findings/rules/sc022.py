"""SC022: the process of the user's Airflow ended while it loaded the file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC022",
    title="Loading this file ends the interpreter",
    severity="error",
    help=(
        "Something that the file imports or calls ends the process, such as sys.exit, os._exit or a crash in a "
        "compiled module. Load it with `python file.py` in Airflow's environment to see. What could be "
        "read from the text is kept."
    ),
    before="os._exit(1)",
)
