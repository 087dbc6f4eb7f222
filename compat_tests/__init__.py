"""Both systems on the same data: what needs a real Airflow and a real Dagster."""
