-- A database moved here from another level after readings were dropped: of what lies below the floor of that time the former
-- aggregates are all there is. They stay as they were, and nothing of the continuous aggregates is taken from there.
do $$
declare
  step text;
  moved_at timestamptz;
begin
  if to_regclass('reading_5min_past') is null then
    return;
  end if;
  select dropped_before into moved_at from raw_floor;
  foreach step in array array['5min', '1h', '1d'] loop
    if not isfinite(moved_at) then
      execute format('drop table reading_%s_past', step);
    else
      execute format('create or replace view reading_%1$s as
        select sensor_id, bucket, n::bigint, n_failed::bigint, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
        from reading_%1$s_kept where bucket >= %2$L
        union all
        select sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, flag_of_rank(worst_rank)
        from reading_%1$s_past', step, moved_at);
    end if;
  end loop;
end
$$;
