"""The command line: `migrate <command>`. One file per command, found by its name, with a click command `command`."""

import importlib
import pkgutil
import sys

import click

from migrator import __version__
from migrator.errors import MigrateError


class Commands(click.Group):
    """Imports a command's module when that command is asked for, or its one-line help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every module of this package is a command; `import_` is `import`."""
        return sorted(
            m.name.rstrip("_") for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if cmd_name in ("import",) else cmd_name
        found: click.Command = importlib.import_module(f"{__name__}.{module}").command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="migrate")
def group() -> None:
    """Move from Apache Airflow to Dagster, step by step, and prove that nothing changed.

    \b
    scan      what do we have, and how much work is it
    import    phase 1: every DAG as a Dagster job, unchanged
    convert   phase 2: native Dagster assets and jobs, as code to review
    compare   run both systems on the same data and compare what they did
    demo      all of it on the bundled order pipeline
    """


def main() -> None:
    """The entry point `migrate`. An expected failure is one line on stderr and its exit status."""
    try:
        group(standalone_mode=True)
    except MigrateError as error:
        click.echo(f"migrate: {error}", err=True)
        sys.exit(error.exit_status)
    except OSError as error:  # a folder that cannot be written, a full disk: no fault of ours
        place = f"{error.filename}: " if error.filename is not None else ""
        click.echo(f"migrate: {place}{error.strerror or error}", err=True)
        sys.exit(2)
