-- What there is to move: null where the schema was never made; rows are the planner's estimate.
select to_regclass('store_level') is not null as made,
       (select greatest(0, reltuples)::bigint from pg_class where oid = to_regclass('reading')) as readings,
       pg_total_relation_size(to_regclass('reading')) as bytes,
       pg_database_size(current_database()) as database_bytes
