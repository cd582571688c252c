-- The dashboards' account: reads everything that the service stores, now and later, and changes nothing.
create role grafana login password :'password' nosuperuser nocreatedb nocreaterole connection limit 20;
alter role grafana set default_transaction_read_only = on;
alter role grafana set statement_timeout = '30s';
grant connect on database :"database" to grafana;
grant usage on schema public to grafana;
grant select on all tables in schema public to grafana;
alter default privileges for role :"owner" in schema public grant select on tables to grafana;
