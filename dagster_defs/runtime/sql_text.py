"""SQL as text: a script as single statements, and the statements that insert rows."""

import re
from collections.abc import Collection, Sequence


def split(script: str) -> list[str]:
    """The statements of a script, without its comments."""
    import sqlparse

    return [s for s in sqlparse.split(sqlparse.format(script, strip_comments=True)) if s]


def insert_statement(table: str, width: int, columns: Sequence[str] | None, reserved: Collection[str]) -> str:
    """INSERT of one row, with a placeholder for each value."""
    named = f"({', '.join(_name(column, reserved) for column in columns)})" if columns else ""
    return f"INSERT INTO {table} {named} VALUES ({','.join(['%s'] * width)})"


def upsert_statement(
    insert: str,
    columns: Sequence[str] | None,
    keys: Sequence[str],
    updated: Sequence[str] | None,
    reserved: Collection[str],
) -> str:
    """The same for a row that may be there already: then its other columns, or those in `updated`, are set."""
    if not columns:
        raise ValueError("PostgreSQL ON CONFLICT upsert syntax requires column names")
    if not keys:
        raise ValueError("PostgreSQL ON CONFLICT upsert syntax requires an unique index")
    changed = [column for column in columns if column not in keys] if updated is None else updated
    names = [_name(column, reserved) for column in changed]
    action = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}" if names else "NOTHING"
    return f"{insert} ON CONFLICT ({', '.join(_name(key, reserved) for key in keys)}) DO {action}"


def _name(column: str, reserved: Collection[str]) -> str:
    """The name of a column, in quotes where SQL would not read it as one."""
    quoted = column.startswith('"') and column.endswith('"')
    return (
        f'"{column}"'
        if not quoted and (column.casefold() in reserved or re.search(r"\W", column))
        else column
    )
