"""What a shell may complete beside names of options and files: the codes of findings."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """For `TM,SC0`: what the last code may be. Families are offered first, and their codes when one is named."""
    from click.shell_completion import CompletionItem

    before, comma, last = incomplete.rpartition(",")
    known = known_codes()
    families = sorted({code[:2] for code in known})
    offered = known if last[:2].upper() in families else families
    return [CompletionItem(before + comma + c) for c in offered if c.startswith(last.upper())]


def known_codes() -> list[str]:
    """The codes of all rules; no file of a rule is imported."""
    package = importlib.import_module("migrator.findings.rules")
    return sorted(m.name.upper() for m in pkgutil.iter_modules(package.__path__))
