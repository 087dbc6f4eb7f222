"""One module for each DAG file."""
