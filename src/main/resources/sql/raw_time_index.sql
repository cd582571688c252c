create index if not exists reading_by_time on reading using brin (observed_at)
