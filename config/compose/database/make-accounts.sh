#!/bin/bash
# Run once, by the database's image, in an empty database: the service owns it, Grafana reads it.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" --set owner=vandvagt \
    --set service_password="$VANDVAGT_DB_PASSWORD" --set password="$VANDVAGT_GRAFANA_DB_PASSWORD" <<'SQL'
create role :"owner" login password :'service_password';
alter database :"database" owner to :"owner";
revoke all on database :"database" from public;
create extension if not exists timescaledb;
\i /etc/vandvagt/grafana-role.sql
SQL
