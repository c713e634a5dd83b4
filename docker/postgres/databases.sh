#!/bin/bash
# The image runs this once, on an empty volume: creates a database with an owner for each program that keeps its state here.
set -euo pipefail

psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set airflow="$AIRFLOW_DATABASE_PASSWORD" --set metabase="$METABASE_DATABASE_PASSWORD" <<'SQL'
create role airflow login password :'airflow';
create database airflow owner airflow;
create role metabase login password :'metabase';
create database metabase owner metabase;
-- Each has its own: by default everybody may connect to every database.
revoke all on database airflow, metabase, postgres, template1 from public;
SQL
