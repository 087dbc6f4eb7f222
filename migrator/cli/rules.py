"""`migrate rules`: every finding that the tool can make."""

import json
from pathlib import Path

import click

PAGE = Path("docs/rules.md")


@click.command("rules")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.option("--write", is_flag=True, help=f"Renew {PAGE} instead; for work on the tool itself.")
def command(style: str, write: bool) -> None:
    """List all rules: code, severity, title.

    \b
    Examples:
      migrate rules
      migrate rules --format json
    """
    from migrator.findings import rules

    if write:
        from migrator.report import rules_page

        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(rules_page(), encoding="utf-8")
        click.echo(f"wrote {PAGE}")
    elif style == "json":
        fields = ("code", "title", "severity", "help", "before", "after")
        click.echo(json.dumps([{name: getattr(r, name) for name in fields} for r in rules()], indent=2))
    else:
        for rule in rules():
            click.echo(f"{rule.code}  {rule.severity:<8} {rule.title}")
