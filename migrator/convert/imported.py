"""The import line that gives a name its meaning."""

from migrator.convert.source import Source


def import_line(name: str, source: Source) -> str:
    """For a name that the file imports somewhere, maybe inside of a function."""
    qualified = source.imports[name]
    module, _, last = qualified.rpartition(".")
    if not module:
        return f"import {qualified}" if qualified == name else f"import {qualified} as {name}"
    return f"from {module} import {last}" + (f" as {name}" if last != name else "")
