"""Sensors in both modes and a deferred task: what waits goes on in the same request."""

import os
from datetime import datetime

from waiting_trigger import NowTrigger

try:
    from airflow.sdk import DAG, BaseOperator, BaseSensorOperator
except ImportError:
    from airflow import DAG
    from airflow.models import BaseOperator
    from airflow.sensors.base import BaseSensorOperator


class Deferring(BaseOperator):
    def execute(self, context):
        self.defer(trigger=NowTrigger("woke"), method_name="resume", kwargs={"extra": 1})

    def resume(self, context, event=None, extra=None):
        return {"event": event, "extra": extra}


class SecondPoke(BaseSensorOperator):
    """True on the second poke; a file counts."""

    def poke(self, context):
        path = os.path.join(os.environ["SCRATCH"], self.task_id)
        seen = os.path.exists(path)
        open(path, "w").close()
        return seen


with DAG("waiting", schedule=None, start_date=datetime(2024, 1, 1), catchup=False):
    Deferring(task_id="deferring")
    SecondPoke(task_id="poking", poke_interval=0.1, mode="poke")
    SecondPoke(task_id="rescheduling", poke_interval=1, mode="reschedule")
