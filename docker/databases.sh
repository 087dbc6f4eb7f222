#!/bin/bash
# Runs once, when the volume is new: a database with a user of its own for each system.
set -euo pipefail
for name in airflow dagster shop; do
  variable="${name^^}_DB_PASSWORD"
  psql -v ON_ERROR_STOP=1 -v name="$name" -v secret="${!variable}" -U "$POSTGRES_USER" -d postgres <<'SQL'
create role :"name" login password :'secret';
create database :"name" owner :"name";
SQL
done
