"""Findings with stable codes: what was read and could not be carried over one to one."""

import migrator.findings.rules  # noqa: F401  # first, or the package would take the function's name later
from migrator.findings.finding import Finding, in_order
from migrator.findings.rule import Rule, rule, rules

__all__ = ["Finding", "Rule", "in_order", "rule", "rules"]
