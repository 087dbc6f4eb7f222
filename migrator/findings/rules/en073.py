"""EN073: a value that cannot be a table of DuckDB."""

from migrator.findings.rule import Rule

RULE = Rule(
    code="EN073",
    title="The plan asks for a table of DuckDB that cannot be",
    severity="warning",
    help=(
        "A table of DuckDB is called like its asset, in a schema that is called like the DAG: both have to be "
        "names of SQL, so that no task within a group has one, and a name with a hyphen is given another one with "
        "`asset`. Partitions by the hour are told apart by their clock, so that their zone has to be UTC. The "
        "value keeps the IO manager of the project."
    ),
    before="dags:\n  etl:\n    io: duckdb\n    tasks:\n      load-orders: {}",
    after="dags:\n  etl:\n    io: duckdb\n    tasks:\n      load-orders: {asset: orders}",
)
