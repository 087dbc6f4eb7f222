"""`migrate completion`: the script that makes a shell complete commands, options, files and codes."""

import click

from migrator.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that makes SHELL complete `migrate`: commands, options, files, and codes of findings.

    \b
    Examples:
      eval "$(migrate completion bash)"                                  in ~/.bashrc
      eval "$(migrate completion zsh)"                                   in ~/.zshrc
      migrate completion fish > ~/.config/fish/completions/migrate.fish
    """
    from click.shell_completion import get_completion_class

    from migrator.cli import group

    made = get_completion_class(shell)
    if made is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(made(group, {}, "migrate", "_MIGRATE_COMPLETE").source())
