import os

from airflow.sensors.base import BaseSensorOperator, PokeReturnValue


class ReadyFileSensor(BaseSensorOperator):
    template_fields = ("path",)

    def __init__(self, *, path: str, **kwargs):
        super().__init__(**kwargs)
        self.path = path
        self.looks = 0

    def poke(self, context):
        self.looks += 1
        self.log.info("look %d for %s on %s", self.looks, self.path, context["ds"])
        return self.looks > 1 or os.path.exists(self.path)


class ValueSensor(BaseSensorOperator):
    def poke(self, context) -> PokeReturnValue:
        return PokeReturnValue(is_done=True, xcom_value=[context["ds"], self.task_id])
