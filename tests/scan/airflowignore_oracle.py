"""Runs in an Airflow: which files it finds in folders, for each of the two syntaxes. Folders come as JSON on stdin."""

import json
import sys
import warnings

warnings.simplefilter("ignore")
try:
    from airflow._shared.module_loading.file_discovery import find_path_from_directory
except ImportError:
    from airflow.utils.file import find_path_from_directory


def found(folder: str, syntax: str) -> object:
    try:
        return sorted(
            p[len(folder) + 1 :]
            for p in find_path_from_directory(folder, ".airflowignore", syntax)
            if p.endswith(".py")
        )
    except Exception as error:  # what Airflow itself dies of
        return type(error).__name__


asked = json.load(sys.stdin)
print("ANSWER" + json.dumps({folder: {s: found(folder, s) for s in ("regexp", "glob")} for folder in asked}))
