"""A throw-away cluster: databases of their own, and nothing left behind."""

import os
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import create_engine, text

from migrator.errors import ServiceError
from migrator.services import Server
from migrator.services.cluster import VARIABLE, find_programs


def test_each_name_is_a_database_with_a_user_of_its_own(postgres: Server) -> None:
    with create_engine(postgres.url("services_orders")).connect() as connection:
        assert connection.execute(text("select current_user || '@' || current_database()")).scalar() == (
            "services_orders@services_orders"
        )


def test_a_database_that_is_there_is_kept(postgres: Server) -> None:
    first = postgres.url("services_kept", driver="")
    connection = psycopg2.connect(first)
    with connection, connection.cursor() as cursor:
        cursor.execute("create table t as select 1 as n")
    connection.close()
    assert postgres.url("services_kept", driver="") == first
    assert postgres.sql("select n from t", database="services_kept") == "1"


def test_nobody_gets_in_without_the_password(postgres: Server) -> None:
    postgres.create("services_secret")
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=postgres.host, port=postgres.port, user="services_secret", password="wrong")
    assert postgres.password not in repr(postgres)


@pytest.mark.parametrize("name", ["Orders", "a; drop table b", "", "1a"])
def test_a_name_that_would_need_quotes_is_refused(postgres: Server, name: str) -> None:
    with pytest.raises(ServiceError, match="no name for a database"):
        postgres.url(name)


def test_a_missing_postgresql_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(ServiceError, match=VARIABLE):
        find_programs()
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr("glob.glob", lambda _: [])
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(ServiceError, match="apt-get install postgresql"):
        find_programs()
