"""What several DAG files of this team share."""

# ruff: noqa  # written as users write

from airflow.models import BaseOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator


class TeamOperator(BaseOperator):
    template_fields = ("table", "sql")
    ui_color = "#fff"
    pool_name = "team_pool"
    default_retries = 7

    def __init__(self, *, table: str, sql=None, mode="full", conn_id: str = "team", **kwargs):
        kwargs["pool"] = kwargs.get("pool", self.pool_name)
        kwargs.setdefault("retries", self.default_retries)
        super().__init__(**kwargs)
        self.table = table
        self.sql = sql
        self.mode = mode
        self.conn_id = conn_id

    def execute(self, context):
        pass


class SmallTeamOperator(TeamOperator):
    pool_name = "small_pool"

    def __init__(self, task_id=None, table="t", **kwargs):
        super().__init__(task_id=task_id or self._make_id(table), table=table, **kwargs)
        self.trigger_rule = "all_done"

    @staticmethod
    def _make_id(table):
        return f"small_{table}"


class NoInit(TeamOperator):
    default_retries = 1


class Scripted(BashOperator):
    template_fields = (*BashOperator.template_fields, "script")

    def __init__(self, script: str, **kwargs) -> None:
        self.script = script
        super().__init__(bash_command=f"bash {script}", **kwargs)
