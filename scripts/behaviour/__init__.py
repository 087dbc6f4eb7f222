"""Does what `migrate convert` writes do the same as the DAGs? Runs whole folders of DAGs in both systems."""
