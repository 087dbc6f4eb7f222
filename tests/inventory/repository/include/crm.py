"""The shop's customer database, behind a hook of our own."""

import requests
from airflow.hooks.base import BaseHook
from airflow.models import Variable


class CrmHook(BaseHook):
    """Asks the CRM."""

    def __init__(self, crm_conn_id="crm_default", timeout=10):
        super().__init__()
        self.crm_conn_id = crm_conn_id
        self.timeout = timeout

    def customers(self):
        """All of them."""
        connection = self.get_connection(self.crm_conn_id)
        token = Variable.get("crm_token")
        return requests.get(connection.host, headers={"token": token}, timeout=self.timeout)
