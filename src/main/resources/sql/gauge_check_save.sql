-- What was read never changes; what came of it comes later, once.
insert into gauge_check (log_id, number, sensor, observed_at, level_m, read_by, note, recorded_at, how, recorded_m, reading_at, offset_m)
values (:log, :number, :sensor, :observedAt, :level, :by, :note, :recordedAt, :how, :recorded, :readingAt, :offset)
on conflict (log_id, number) do update
set how = excluded.how, recorded_m = excluded.recorded_m, reading_at = excluded.reading_at, offset_m = excluded.offset_m
where excluded.how is not null
