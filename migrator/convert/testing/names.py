"""What is harmless to call in a test: no files, network, commands, clocks or other people's libraries."""

import builtins

BUILTINS = frozenset(dir(builtins)) - {
    "breakpoint",
    "compile",
    "copyright",
    "credits",
    "eval",
    "exec",
    "exit",
    "globals",
    "help",
    "input",
    "license",
    "locals",
    "open",
    "quit",
    "__import__",
}

# Modules of which everything may be used.
PURE = frozenset(
    {
        "base64",
        "bisect",
        "calendar",
        "cmath",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "html",
        "itertools",
        "json",
        "logging",
        "math",
        "numbers",
        "operator",
        "random",
        "re",
        "statistics",
        "string",
        "textwrap",
        "typing",
        "typing_extensions",
        "unicodedata",
        "uuid",
        "zoneinfo",
    }
)
# Of these, only what makes or changes values in memory.
FRAMES = frozenset({"numpy", "pandas"})

# What a value in memory may be asked to do to the world outside.
METHODS = frozenset(
    {
        "commit",
        "connect",
        "cursor",
        "execute",
        "load",
        "dump",
        "mkdir",
        "open",
        "read",
        "read_bytes",
        "read_text",
        "rename",
        "rmdir",
        "save",
        "send",
        "to_clipboard",
        "to_csv",
        "to_excel",
        "to_feather",
        "to_gbq",
        "to_hdf",
        "to_html",
        "to_json",
        "to_latex",
        "to_markdown",
        "to_orc",
        "to_parquet",
        "to_pickle",
        "to_sql",
        "to_stata",
        "to_xml",
        "tofile",
        "touch",
        "unlink",
        "write",
        "write_bytes",
        "write_text",
    }
)


def is_harmless(dotted: str) -> bool:
    """Whether an imported name may be used, `json.loads` or `pandas.DataFrame`."""
    root, _, rest = dotted.partition(".")
    if root in FRAMES:
        last = rest.rpartition(".")[2]
        return not last.startswith(("read_", "load", "save", "from", "mem", "gen", "to_pickle"))
    if dotted.startswith(
        ("logging.config", "logging.handlers", "logging.FileHandler", "logging.basicConfig")
    ):
        return False
    return root in PURE
