"""An Airflow DAG file that raises SystemExit."""

import sys

sys.exit("enough")
