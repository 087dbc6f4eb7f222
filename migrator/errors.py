"""The few errors that end a command; each class carries its exit status."""


class MigrateError(Exception):
    """A failure to tell the user about in one line, without a traceback."""

    exit_status = 2


class UsageError(MigrateError):
    """The call was wrong: a path that is not there, options that exclude each other."""


class PlanError(MigrateError):
    """The plan file cannot be read, or says something that cannot be."""


class ProbeError(MigrateError):
    """The user's Airflow interpreter did not start, died, or did not answer in time."""


class VerificationError(MigrateError):
    """What was written does not load in Dagster, or is not the graph that was read."""

    exit_status = 1


class ServiceError(MigrateError):
    """A service on this machine is missing, did not start, or died."""
