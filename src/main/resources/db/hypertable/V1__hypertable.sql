-- 7 days suit intervals of 5 to 15 min; the primary key serves all queries, so no index on time alone.
select create_hypertable('reading', by_range('observed_at', interval '7 days'),
                         create_default_indexes => false, migrate_data => true);
