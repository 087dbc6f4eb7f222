"""A helper module beside the DAG file that imports it."""

from airflow.triggers.base import BaseTrigger, TriggerEvent


class NowTrigger(BaseTrigger):
    """Fires at once."""

    def __init__(self, word):
        super().__init__()
        self.word = word

    def serialize(self):
        return "waiting_trigger.NowTrigger", {"word": self.word}

    async def run(self):
        yield TriggerEvent({"word": self.word})
