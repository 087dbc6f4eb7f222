"""An operator of the company."""

from datetime import datetime

from airflow.operators.python import PythonOperator


class StampOperator(PythonOperator):
    """Hands on a text, and when it did so."""

    template_fields = ("text",)

    def __init__(self, *, text, **kwargs):
        super().__init__(python_callable=datetime.now, **kwargs)
        self.text = text

    def execute(self, context):
        return f"{self.text}: {super().execute(context)}"
