"""`migrate scan --format html`: one page that shows the whole scan, opens from a file and asks nobody for anything.

The page is a template, its styles and its scripts; the scan goes in as JSON, which the scripts turn into elements.
"""

from typing import TextIO

from migrator.report.html.content import Scan, pieces
from migrator.report.html.page import shell

LIMIT = 4_900_000  # characters, which are bytes: the page is ASCII. Mail and code review take files of 5 MB


def write(survey: Scan, out: TextIO) -> None:
    """The page, piece by piece: a scan of many DAGs is never in memory as a whole."""
    before, after = shell(survey.root.name)
    out.write(before)
    for piece in pieces(survey, LIMIT - len(before) - len(after)):
        out.write(piece)
    out.write(after)
