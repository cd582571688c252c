-- As hypertable/V1, for a table that may hold an index on time for deleting by, which chunks do not need.
drop index if exists reading_by_time;
select create_hypertable('reading', by_range('observed_at', interval '7 days'),
                         create_default_indexes => false, migrate_data => true)
