"""Where the values of assets are kept: an IO manager for each kind that the plan asks for.

It needs the packages `pandas`, `pyarrow`, `universal-pathlib`, and `s3fs` for `s3://`.
"""

import dagster as dg

from .runtime.tables import ParquetFiles

IO_MANAGERS = {
    "parquet_io_manager": ParquetFiles(base=dg.EnvVar("ORDERS_TABLES")),
}
