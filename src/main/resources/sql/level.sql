-- What this server offers; preloaded is a setting of the extension's loader, absent where the server was not started with it.
select (select default_version from pg_available_extensions where name = 'timescaledb') as available,
       (select extversion from pg_extension where extname = 'timescaledb') as installed,
       current_setting('timescaledb.disable_load', true) is not null as preloaded,
       current_setting('timescaledb.license', true) as licence
