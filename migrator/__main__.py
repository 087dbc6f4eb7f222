"""`python -m migrator`, and the program `migrate`."""

import signal


def main() -> None:
    """Until all is imported, Ctrl-C ends the process at once; from then on it is an exit status of its own."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from migrator.cli import main as run

    signal.signal(signal.SIGINT, before)
    run()


if __name__ == "__main__":
    main()
