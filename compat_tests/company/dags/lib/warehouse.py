"""What the DAGs of the analytics team share: a small hook for CSV files, and helpers."""

import csv
import json
import os
from pathlib import Path

DATA = Path(os.environ.get("COMPANY_DATA", "."))


class CsvHook:
    """Reads and writes tables as CSV files."""

    def __init__(self, root: Path = DATA) -> None:
        self.root = Path(root)

    def get_records(self, table: str) -> list[dict]:
        with (self.root / f"{table}.csv").open() as lines:
            return list(csv.DictReader(lines))

    def insert_rows(self, table: str, rows: list[dict]) -> int:
        path = self.root / f"{table}.csv"
        with path.open("w", newline="") as target:
            writer = csv.DictWriter(target, fieldnames=sorted(rows[0]) if rows else ["empty"])
            writer.writeheader()
            writer.writerows(rows)
        return len(rows)


def rates() -> dict[str, float]:
    return json.loads((DATA / "rates.json").read_text())
