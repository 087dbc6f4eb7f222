"""Runs of a production Airflow, read through its REST API: v1 of Airflow 2, v2 of Airflow 3. Nothing is written there.

Logins come from MIGRATE_AIRFLOW_TOKEN, from MIGRATE_AIRFLOW_USER and MIGRATE_AIRFLOW_PASSWORD, or from netrc.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migrator.errors import ServiceError, UsageError
from migrator.parity.live import http
from migrator.parity.record import TaskRecord
from migrator.record import dataclass

if TYPE_CHECKING:
    import requests

TOKEN, USER, PASSWORD = "MIGRATE_AIRFLOW_TOKEN", "MIGRATE_AIRFLOW_USER", "MIGRATE_AIRFLOW_PASSWORD"
PAGE = 100  # what the API gives at most, unless its administrator says otherwise
ENDED = ("success", "failed")
OF_SCHEDULE = ("scheduled", "backfill")


@dataclass(frozen=True)
class Run:
    """A run of a data interval; times are ISO 8601, `ended` is "" while it runs."""

    run_id: str
    kind: str
    state: str
    start: str
    end: str
    ended: str = ""

    @property
    def finished(self) -> bool:
        """Whether it will not change any more, unless somebody clears it."""
        return self.state in ENDED


@dataclass(frozen=True)
class Airflow:
    """The server at `url`; `environment` has the login."""

    url: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _session(self) -> "requests.Session":
        import requests

        session = requests.Session()  # it reads netrc where no login is set
        token, login = self.environment.get(TOKEN), self._login
        if token:
            session.headers["Authorization"] = f"Bearer {token}"
            session.trust_env = False  # a login of netrc would take the place of the token
        elif login and self.major == 2:
            session.auth = login
        return session

    @cached_property
    def _login(self) -> tuple[str, str] | None:
        from requests.utils import get_netrc_auth

        user = self.environment.get(USER)
        if user:
            return user, self.environment.get(PASSWORD, "")
        found: tuple[str, str] | None = get_netrc_auth(self.url)
        return found

    @cached_property
    def version(self) -> str:
        """Such as 2.11.2. Raises ServiceError for a server that is no Airflow with a REST API."""
        import requests

        with requests.Session() as plain:
            for api in ("v2", "v1"):
                answer = http.ask(plain, "GET", f"{self.url}/api/{api}/version")
                if answer.ok and "json" in answer.headers.get("Content-Type", ""):
                    return str(http.body(answer, "Airflow")["version"])
        raise ServiceError(f"{self.url} does not say which Airflow it is: {answer.status_code}")

    @property
    def major(self) -> int:
        """2 or 3."""
        return int(self.version.split(".")[0])

    def _sign_in(self) -> None:
        """A token for Airflow 3, where none was given. Raises UsageError without a login."""
        if self._login is None:
            raise UsageError(f"{self.url} wants a login: set {TOKEN}, or {USER} and {PASSWORD}, or use netrc")
        sent = dict(zip(("username", "password"), self._login, strict=True))
        self._session.trust_env = False
        self._session.headers.pop("Authorization", None)
        answer = http.ask(self._session, "POST", f"{self.url}/auth/token", json=sent)
        self._session.headers["Authorization"] = f"Bearer {http.body(answer, 'Airflow')['access_token']}"

    def _get(self, path: str, **params: Any) -> Any:
        url = f"{self.url}/api/{'v1' if self.major == 2 else 'v2'}{path}"
        answer = http.ask(self._session, "GET", url, params=params)
        if answer.status_code == 401 and self.major > 2 and not self.environment.get(TOKEN):
            self._sign_in()  # at first, and when the token is too old
            answer = http.ask(self._session, "GET", url, params=params)
        if answer.status_code == 401:
            raise UsageError(f"{self.url} refuses the login: {TOKEN}, or {USER} and {PASSWORD}, or netrc")
        return http.body(answer, "Airflow")

    def _all(self, path: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
        seen = 0
        while True:
            answer = self._get(path, limit=PAGE, offset=seen, **params)
            yield from answer[name]
            seen += len(answer[name])
            if not answer[name] or seen >= answer["total_entries"]:
                return

    def timezone(self, dag_id: str) -> str:
        """Of the DAG, which its partitions have as well."""
        found = self._get(f"/dags/{quote(dag_id, safe='')}/details").get("timezone")
        name = found.get("name") if isinstance(found, dict) else found
        text = str(name or "UTC")
        return text[len("Timezone('") : -2] if text.startswith("Timezone('") else text

    def runs(self, dag_id: str, since: datetime) -> list[Run]:
        """From that logical date on, in its order; those without a data interval are not among them."""
        date = "execution_date" if self.major == 2 else "logical_date"
        asked = {"order_by": date, f"{date}_gte": since.isoformat()}
        found = self._all(f"/dags/{quote(dag_id, safe='')}/dagRuns", "dag_runs", **asked)
        return [
            Run(
                run["dag_run_id"],
                run["run_type"],
                run["state"],
                run["data_interval_start"],
                run["data_interval_end"],
                run.get("end_date") or "",
            )
            for run in found
            if run.get("data_interval_start")
        ]

    def tasks(self, dag_id: str, run_id: str) -> list[TaskRecord]:
        """The instances of a run, without values."""
        path = f"/dags/{quote(dag_id, safe='')}/dagRuns/{quote(run_id, safe='')}/taskInstances"
        return [
            TaskRecord(
                task["task_id"],
                task.get("map_index", -1),
                task["state"],
                task.get("try_number"),
                {},
                task.get("operator") or task.get("operator_name"),
            )
            for task in self._all(path, "task_instances")
        ]
