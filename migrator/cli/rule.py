"""`migrate rule CODE`: what a finding means, and what to do about it."""

import click

from migrator.cli._complete import codes
from migrator.errors import UsageError


@click.command("rule")
@click.argument("code", shell_complete=codes)
def command(code: str) -> None:
    """Explain the rule of CODE, with an example.

    \b
    Examples:
      migrate rule TM001
      migrate rule sc006
    """
    from migrator.findings import rule
    from migrator.report.rules_page import explain

    try:
        click.echo(explain(rule(code.upper())), nl=False)
    except KeyError:
        raise UsageError(f"there is no rule {code}{_near(code.upper())}") from None


def _near(code: str) -> str:
    import difflib

    from migrator.findings import rules

    known = [r.code for r in rules()]
    meant = code[:2] + code[2:].translate(str.maketrans("OIL", "011"))  # letters that look like digits
    close = [meant] if meant in known else difflib.get_close_matches(code, known, n=3, cutoff=0.5)
    return f"; near: {', '.join(close)}" if close else "; `migrate rules` lists them"
