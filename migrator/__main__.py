"""`python -m migrator` is the same as `migrate`."""

from migrator.cli import main

main()
