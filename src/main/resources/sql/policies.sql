-- What is in force: null where there is no such policy.
select (select (extract(epoch from (j.config ->> 'compress_after')::interval) * 1000)::bigint
        from timescaledb_information.jobs j
        where j.proc_name = 'policy_compression' and j.hypertable_schema = current_schema and j.hypertable_name = 'reading') as columnstore_after_ms,
       (select (extract(epoch from (j.config ->> 'drop_after')::interval) * 1000)::bigint
        from timescaledb_information.jobs j
        where j.proc_name = 'policy_retention' and j.hypertable_schema = current_schema and j.hypertable_name = 'reading') as drop_after_ms,
       (select count(*)
        from timescaledb_information.jobs j
        join timescaledb_information.continuous_aggregates c
          on (j.hypertable_schema, j.hypertable_name) in ((c.view_schema, c.view_name),
                                                          (c.materialization_hypertable_schema, c.materialization_hypertable_name))
        where j.proc_name = 'policy_refresh_continuous_aggregate' and c.view_schema = current_schema) as refreshes,
       -- by how much the refresh from raw begins later than it may: the floor stays where it is while time passes
       (select (extract(epoch from now() - f.dropped_before - interval '24 hours' - (j.config ->> 'start_offset')::interval) * 1000)::bigint
        from raw_floor f, timescaledb_information.jobs j
        join timescaledb_information.continuous_aggregates c
          on (j.hypertable_schema, j.hypertable_name) in ((c.view_schema, c.view_name),
                                                          (c.materialization_hypertable_schema, c.materialization_hypertable_name))
        where isfinite(f.dropped_before) and j.proc_name = 'policy_refresh_continuous_aggregate'
          and c.view_schema = current_schema and c.view_name = 'reading_5min_kept') as refresh_late_ms
