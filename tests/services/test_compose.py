"""docker-compose.yaml is `migrate up` in containers: the same commands, environment, order and health checks."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest
import yaml

from migrator import plan as plans
from migrator.parity.own_bucket import OwnBucket
from migrator.parity.own_schema import OwnSchema
from migrator.parity.places import Places
from migrator.services import ObjectStore, Server, store
from migrator.services.airflow import Airflow, Interpreter
from migrator.services.cluster import ADMIN
from migrator.services.dagster import Dagster, Location, limits_of
from migrator.services.service import Service

ROOT = Path(__file__).parent.parent.parent
ANYWHERE = "0.0.0.0"  # inside a container; the ports are published on loopback
STORE = {
    "AWS_ENDPOINT_URL": "http://s3:5000",
    "AWS_ACCESS_KEY_ID": store.ObjectStore(0).access_key,
    "AWS_SECRET_ACCESS_KEY": store.ObjectStore(0).secret_key,
    "AWS_DEFAULT_REGION": store.ObjectStore(0).region,
}
BRIDGE = ("AIRFLOW_PYTHON", "AIRFLOW_DAGS_FOLDER", "AIRFLOW_HOME", "AIRFLOW__CORE__LOAD_EXAMPLES")


def secrets() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def resolved(value: Any) -> Any:
    """With the secrets of .env.example, as compose fills them in; `$$` is one `$`."""
    if isinstance(value, dict):
        return {key: resolved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if not isinstance(value, str):
        return value
    filled = re.sub(r"(?<!\$)\$\{(\w+):?\?[^}]*\}", lambda found: secrets()[found[1]], value)
    return filled.replace("$$", "$")


COMPOSE = resolved(yaml.safe_load((ROOT / "docker-compose.yaml").read_text()))
SERVICES: dict[str, Any] = COMPOSE["services"]


def of_the_plan(side: str) -> dict[str, str]:
    """What the bundled DAGs need; the compose file has a folder, a schema and a bucket for each side as well."""
    url = f"postgresql://shop:{secrets()['SHOP_DB_PASSWORD']}@postgres:5432/shop"
    places = Places(plans.read(ROOT / "migrate.yaml").sandbox, Path("/data"))
    own = {**OwnSchema(url, side).values, **OwnBucket(STORE["AWS_ENDPOINT_URL"], f"{side}-reports").values}
    vars(places)["values"] = {"sandbox": "/data", **own}
    found = {name: places.filled(text) for name, text in places.plan.env.items()}
    variables = {f"AIRFLOW_VAR_{name.upper()}": text for name, text in places.plan.variables.items()}
    return {**variables, **{name: text for name, text in found.items() if text is not None}}


def airflow() -> Airflow:
    secret = secrets()
    return Airflow(
        Interpreter("python", "3.3.2"),
        Path("/opt/airflow"),
        Path("/opt/airflow/dags"),
        f"postgresql+psycopg2://airflow:{secret['AIRFLOW_DB_PASSWORD']}@postgres:5432/airflow",
        8080,
        8974,
        secret["AIRFLOW_ADMIN_PASSWORD"],
        secret["AIRFLOW_SECRET"],
        secret["AIRFLOW_FERNET_KEY"],
        {**of_the_plan("airflow"), **STORE},
        host="airflow-api-server",
        bind=ANYWHERE,
        after=("postgres", "shop"),
    )


def dagster() -> Dagster:
    project = Path("/opt/project/dagster_defs")
    locations = (
        Location(project, 4000, "dagster-code-dagster_defs", ANYWHERE),
        Location(project / "phase_one", 4001, "dagster-code-phase_one", ANYWHERE),
    )
    database = f"postgresql://dagster:{secrets()['DAGSTER_DB_PASSWORD']}@postgres:5432/dagster"
    extra = {**of_the_plan("dagster"), **STORE, "ORDERS_ALERTS": secrets()["ORDERS_ALERTS"]}
    return Dagster(
        Path("/opt/dagster"),
        locations,
        3000,
        database,
        extra,
        bind=ANYWHERE,
        python="python",
        after=("postgres", "shop"),
        limits=tuple(limits_of(ROOT / "dagster_defs")),
    )


TABLE = {service.name: service for service in [*airflow().services(), *dagster().services()]}


def command(name: str) -> list[str]:
    """What runs in the container, without the wrapper that only writes a file before it."""
    service = SERVICES[name]
    entry = service.get("entrypoint", [])
    wrapped = entry and entry[0] == "bash" and 'exec "$@"' in entry[2]
    whole: list[str] = [*([] if wrapped else entry), *service["command"]]
    return [Path(whole[0]).name, *whole[1:]]


def conditions(name: str) -> dict[str, str]:
    return {other: how["condition"] for other, how in SERVICES[name].get("depends_on", {}).items()}


def condition(other: str) -> str:
    service = TABLE.get(other)
    once = other == "shop" or (service and service.oneshot)
    return "service_completed_successfully" if once else "service_healthy"


@pytest.mark.parametrize("name", TABLE)
def test_a_container_runs_what_migrate_up_starts(name: str) -> None:
    service: Service = TABLE[name]
    assert command(name) == list(service.command)


@pytest.mark.parametrize("name", TABLE)
def test_a_container_has_the_environment_that_migrate_up_gives(name: str) -> None:
    mine = {
        key: text
        for key, text in SERVICES[name]["environment"].items()
        if key not in ("AIRFLOW_ADMIN_PASSWORD",)
    }
    if name == "dagster-code-phase_one":
        assert set(BRIDGE) <= set(mine)
        mine = {key: text for key, text in mine.items() if key not in BRIDGE}
    # PATH is the image's; a password for the first user is in a file that the API server's container writes.
    wanted = {k: v for k, v in TABLE[name].env.items() if k not in ("PATH", "MIGRATE_AIRFLOW_PASSWORD")}
    assert mine == wanted


@pytest.mark.parametrize("name", TABLE)
def test_a_container_waits_for_what_migrate_up_waits_for(name: str) -> None:
    assert conditions(name) == {other: condition(other) for other in TABLE[name].after}


@pytest.mark.parametrize("name", [name for name, service in TABLE.items() if service.health])
def test_a_container_is_asked_what_migrate_up_asks(name: str) -> None:
    asked = SERVICES[name]["healthcheck"]["test"][-1]
    place, path = re.fullmatch(r"(?:http://)?[^:]+:(\d+)(/.*)?", TABLE[name].health).groups()  # type: ignore[union-attr]
    assert f"127.0.0.1:{place}{path}" in asked if path else f"('127.0.0.1', {place})" in asked


def test_all_containers_are_of_the_table_or_of_the_two_stores() -> None:
    assert set(SERVICES) == {*TABLE, "postgres", "s3", "shop"}
    assert SERVICES["s3"]["command"][1:] == store.command(5000, ANYWHERE)[1:]
    assert SERVICES["postgres"]["environment"]["POSTGRES_USER"] == ADMIN


def test_ports_are_open_to_this_machine_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_limits_an_init_and_a_pinned_image(name: str) -> None:
    service = SERVICES[name]
    assert service["init"] is True and service["mem_limit"]
    assert re.fullmatch(r"[\w-]+:\d[\w.-]*", service["image"])


def test_images_are_pinned_and_run_as_somebody() -> None:
    stages = re.split(r"^FROM ", (ROOT / "docker" / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    for stage in stages:
        base = stage.split()[0]
        assert base == "airflow" or re.search(r":\d", base), base
        users = re.findall(r"^USER (\w+)", stage, re.MULTILINE)
        assert base.startswith("apache/airflow") or users[-1] != "root"  # Airflow's image has its own user


@pytest.mark.parametrize(
    ("file", "body"), [("dagster.yaml", dagster().instance), ("workspace.yaml", dagster().workspace)]
)
def test_the_files_of_the_instance_are_those_of_migrate_up(file: str, body: Any) -> None:
    assert yaml.safe_load((ROOT / "docker" / file).read_text()) == body()


def test_secrets_are_asked_for_and_never_written_down() -> None:
    text = (ROOT / "docker-compose.yaml").read_text()
    assert not [secret for secret in secrets().values() if secret and secret in text]
    assert set(re.findall(r"\$\{(\w+):\?", text)) == {name for name, secret in secrets().items() if secret}


def test_docker_compose_accepts_the_file() -> None:
    program = shutil.which("docker-compose")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no docker-compose: run `make env`")
    done = subprocess.run(
        [program, "--env-file", ".env.example", "config", "-q"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_shop_is_where_the_dags_look_for_it(postgres: Server, s3: ObjectStore) -> None:
    """The command of the container, on servers of this test; then each side's own connection."""
    service = SERVICES["shop"]
    words = [text.replace("/data", str(ROOT / "fixtures" / "small")) for text in service["command"]]
    assert {*service["environment"]} == {"PYTHONPATH", "SHOP_URL", *STORE}
    url = postgres.url("composed_shop", driver="")
    env = {**os.environ, **s3.env, "SHOP_URL": url, "PYTHONPATH": str(ROOT)}
    for _ in range(2):  # at the next start it is all there already
        subprocess.run([sys.executable, *words], env=env, check=True, capture_output=True)
    for side in ("airflow", "dagster"):
        given = json.loads(of_the_plan(side)["AIRFLOW_CONN_ORDERS_DB"])
        connection = psycopg2.connect(url, options=given["extra"]["options"])
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders")
            assert cursor.fetchone()[0] > 0
        connection.close()
    keys = {"aws_access_key_id": s3.access_key, "aws_secret_access_key": s3.secret_key}
    store = boto3.resource("s3", endpoint_url=s3.endpoint_url, region_name=s3.region, **keys)
    buckets = {bucket.name for bucket in store.buckets.all()}
    assert {of_the_plan(side)["REPORTS_BUCKET"] for side in ("airflow", "dagster")} <= buckets
