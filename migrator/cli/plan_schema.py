"""`migrate plan-schema`: the JSON schema of migrate.yaml, so that an editor completes and checks it."""

from importlib import resources
from pathlib import Path

import click


@click.command("plan-schema")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the schema to this file.  [default: stdout]",
)
def command(output: Path | None) -> None:
    """Print the JSON schema of a plan (migrate.yaml).

    An editor with a YAML language server takes it from the first line of the plan. `migrate scan --plan` writes that
    line into a new plan where migrate.schema.json lies beside it; in an older plan, put it there yourself:

    \b
      # yaml-language-server: $schema=migrate.schema.json

    \b
    Exit status:
      0  printed or written
      2  a file that cannot be written

    \b
    Examples:
      migrate plan-schema
      migrate plan-schema --output migrate.schema.json
    """
    text = resources.files("migrator.plan").joinpath("schema.json").read_text(encoding="utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    from migrator import atomic

    atomic.write(output, text.encode())
