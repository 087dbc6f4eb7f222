"""What the commands found, as data first, then as text or JSON."""

from migrator.report.rules_page import rules_page

__all__ = ["rules_page"]
