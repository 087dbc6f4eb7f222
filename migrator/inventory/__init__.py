"""What has to exist where a DAG runs: Variables, connections, pools, datasets, packages, files, other DAGs."""

from migrator.inventory.collect import of_dag
from migrator.inventory.links import links_of
from migrator.inventory.model import Inventory, Link
from migrator.inventory.sources import FolderSources, Sources
from migrator.inventory.total import Total

__all__ = ["FolderSources", "Inventory", "Link", "Sources", "Total", "links_of", "of_dag"]
