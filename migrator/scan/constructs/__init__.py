"""The ways to write DAGs, tasks and edges; one file each."""
