"""The Python that runs Airflow: which one is not known, but that it is not older than any Airflow allows is."""

import ast

from migrator.scan.evaluator.interpreter import Interpreter
from migrator.scan.evaluator.values import Opaque, Site, Thing

OLDEST = (3, 7)


class PythonVersion(Thing):
    """`sys.version_info`."""

    def attribute(self, run: Interpreter, name: str, site: Site) -> object:
        """`major` is 3."""
        return OLDEST[0] if name == "major" else run.opaque("the version of Python", site)

    def item(self, run: Interpreter, key: object, site: Site) -> object:
        """The first number is 3."""
        return OLDEST[0] if key == 0 else run.opaque("the version of Python", site)

    def compared(self, kind: ast.cmpop, other: object) -> object:
        """With a version that none of Airflow's is older than."""
        numbers = tuple(n for n in other if isinstance(n, int)) if isinstance(other, tuple) else ()
        if not numbers or numbers > OLDEST:
            return Opaque("the version of Python")
        return (
            isinstance(kind, (ast.Gt, ast.GtE, ast.NotEq))
            if numbers < OLDEST
            else (isinstance(kind, ast.GtE) or Opaque("the version of Python"))
        )
