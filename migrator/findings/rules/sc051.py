"""SC051: code that may add DAGs to the file."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="SC051",
    title="Code that may add DAGs to the file",
    severity="warning",
    help=(
        "It gets globals() and is not part of the scanned folder, as the factories of packages do: scan again with "
        "--airflow-python."
    ),
    before="dagfactory.load_yaml_dags(globals_dict=globals())",
)
