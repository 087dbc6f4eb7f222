"""What `dg` loads when it runs in this folder: the package that the folder is."""

import sys
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

defs = import_module(f"{FOLDER.name}.definitions").defs
