from airflow.exceptions import AirflowSkipException
from airflow.models.baseoperator import BaseOperator
from airflow.operators.branch import BaseBranchOperator


class CheckMixin:
    checks = ()

    def failing(self, value):
        return [name for name, check in self.checks if not check(value)]


class DataQualityOperator(CheckMixin, BaseOperator):
    checks = (("positive", lambda v: v > 0), ("small", lambda v: v < 1000))

    def __init__(self, *, values, soft=False, retries=1, **kwargs):
        super().__init__(retries=retries, **kwargs)
        self.values = values
        self.soft = soft

    template_fields = ("values",)

    def execute(self, context):
        bad = [v for v in self.values if self.failing(v)]
        if bad and self.soft:
            raise AirflowSkipException("soft")
        if bad:
            raise ValueError(f"{bad} of {context['dag_run'].run_id}")
        return len(self.values)


class ThresholdBranchOperator(BaseBranchOperator):
    def __init__(self, *, value_task: str, threshold: int, above: str, below: str, **kwargs):
        super().__init__(**kwargs)
        self.value_task, self.threshold = value_task, threshold
        self.above = above
        self.below = below

    def choose_branch(self, context):
        value = context["ti"].xcom_pull(task_ids=self.value_task)
        return self.above if value > self.threshold else self.below
