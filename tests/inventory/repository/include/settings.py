"""Names that are the same for all DAGs of the shop."""

import os
from pathlib import Path

STAGE = os.getenv("SHOP_STAGE", "dev")
WAREHOUSE = "warehouse_db"
QUERIES = Path(__file__).resolve().parent.parent / "dags" / "sql"
CONNECTIONS = {"crm": "crm_api", "erp": "erp_db"}


class Buckets:
    """Where files go."""

    LAKE = "lake_s3"
