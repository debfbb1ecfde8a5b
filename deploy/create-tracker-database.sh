#!/bin/sh
# Runs once, when PostgreSQL's folder is empty: Rasa gets a role and a database of its own and cannot enter the ledger.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$TRACKER_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE rasa LOGIN PASSWORD :'password';
CREATE DATABASE tracker OWNER rasa;
REVOKE CONNECT ON DATABASE prepayment FROM PUBLIC;
SQL
