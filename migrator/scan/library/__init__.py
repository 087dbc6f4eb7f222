"""What DAG files use of the standard library and of pendulum, as far as it has no effect on anything."""
