"""What asks the user's own Airflow."""
