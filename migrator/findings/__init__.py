"""Findings with stable codes: what was read and could not be carried over one to one."""

import migrator.findings.rules  # before the function of that name, or the package would take its place later
from migrator.findings.finding import Finding, in_order
from migrator.findings.rule import Rule, rule, rules

__all__ = ["Finding", "Rule", "in_order", "rule", "rules"]
