"""The command line: `migrate <command>`. One file per command, found by its name, with a click command `command`."""

import importlib
import os
import pkgutil
import sys

import click

from migrator import __version__
from migrator.errors import MigrateError

INTERRUPTED = 130  # 128 + SIGINT, as of every program that Ctrl-C ends
PIPE_CLOSED = 141  # 128 + SIGPIPE: who read the output has read enough
HELP = ("-h", "--help")


class Interrupted(Exception):
    """Ctrl-C."""


class PipeClosed(Exception):
    """Nobody reads the output any longer."""


class Commands(click.Group):
    """Imports a command's module when that command is asked for, or its one-line help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every module of this package is a command; `import_` is `import`, `plan_schema` is `plan-schema`."""
        modules = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
        return sorted(name.rstrip("_").replace("_", "-") for name in modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = "import_" if cmd_name == "import" else cmd_name.replace("-", "_")
        found: click.Command = importlib.import_module(f"{__name__}.{module}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command; its options get the defaults of the project. Its help does not need them."""
        name, command, rest = super().resolve_command(ctx, args)
        config = ctx.params.get("config") and not ctx.resilient_parsing and not set(rest) & set(HELP)
        if name and command and config:
            from migrator.cli import _config

            ctx.default_map = {name: _config.defaults(name, command, self.list_commands(ctx))}
        return name, command, rest

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. What ends it from outside gets a name that click has no message for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise Interrupted from error
        except BrokenPipeError as error:
            raise PipeClosed from error


@click.group(cls=Commands, context_settings={"help_option_names": list(HELP)})
@click.version_option(__version__, prog_name="migrate")
@click.option(
    "--config/--no-config",
    default=True,
    help="Whether [tool.migrate] of pyproject.toml counts.  [default: it does]",
)
def group(config: bool) -> None:
    """Move from Apache Airflow to Dagster, step by step, and prove that nothing changed.

    \b
    scan      what do we have, and how much work is it
    import    phase 1: every DAG as a Dagster job, unchanged
    convert   phase 2: native Dagster assets and jobs, as code to review
    compare   run both systems on the same data and compare what they did
    up        the legacy Airflow and Dagster side by side on this machine
    demo      all of it on the bundled order pipeline
    """


def main() -> None:
    """The entry point `migrate`. An expected failure is one line on stderr and its exit status."""
    try:
        status = _status()
        if sys.stdout is not None:  # it is where a shell has closed it
            sys.stdout.flush()  # here, where a closed pipe and a full disk are still expected
    except (PipeClosed, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes once more at its end
        status = PIPE_CLOSED
    except (Interrupted, KeyboardInterrupt):
        status = INTERRUPTED
    except MigrateError as error:
        click.echo(f"migrate: {error}", err=True)
        status = error.exit_status
    except OSError as error:  # a folder that cannot be written, a full disk: no fault of ours
        place = f"{error.filename}: " if error.filename is not None else ""
        click.echo(f"migrate: {place}{error.strerror or error}", err=True)
        status = 2
    sys.exit(status)


def _status() -> int | str | None:
    try:
        found = group.main(prog_name="migrate", standalone_mode=False)
        return found if isinstance(found, int) else 0
    except SystemExit as done:
        return done.code
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
