"""Airflow's base classes that users make operators of their own from."""

from migrator.record import dataclass


@dataclass(frozen=True)
class Base:
    """What Airflow calls on an operator made from it, and what it does with the answer."""

    calls: str  # the method that does the work
    kind: str  # plain, branch, sensor


def _named(name: str, *modules: str) -> tuple[str, ...]:
    return tuple(f"airflow.{module}.{name}" for module in modules)


BASES: dict[str, Base] = {
    **dict.fromkeys(
        _named("BaseOperator", "models", "models.baseoperator", "sdk", "sdk.bases.operator"),
        Base("execute", "plain"),
    ),
    **dict.fromkeys(
        _named(
            "BaseSensorOperator", "sensors.base", "sensors.base_sensor_operator", "sdk", "sdk.bases.sensor"
        ),
        Base("poke", "sensor"),
    ),
    **dict.fromkeys(
        _named("BaseBranchOperator", "operators.branch", "operators.branch_operator", "sdk")
        + _named("BaseBranchOperator", "sdk.bases.branch", "providers.standard.operators.branch"),
        Base("choose_branch", "branch"),
    ),
}
# What gives a class a logger.
LOGGING = frozenset({"airflow.utils.log.logging_mixin.LoggingMixin"})
METHODS = frozenset(base.calls for base in BASES.values())
# What an operator raises to be skipped, and to fail without another try.
SKIP = frozenset({"airflow.exceptions.AirflowSkipException", "airflow.sdk.exceptions.AirflowSkipException"})
FAIL = frozenset({"airflow.exceptions.AirflowFailException", "airflow.sdk.exceptions.AirflowFailException"})
# No-ops of Airflow 2, which old operators still wear.
NO_OPS = frozenset({"airflow.utils.decorators.apply_defaults"})
# What a class tells Airflow's UI and its templates, and nothing else.
TOLD = frozenset({"template_fields", "template_ext", "template_fields_renderers", "ui_color", "ui_fgcolor"})
