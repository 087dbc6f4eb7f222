"""What a folder of DAG files holds, file by file, and what moving it would cost."""

from migrator.survey.options import Options
from migrator.survey.survey import Survey

__all__ = ["Options", "Survey"]
