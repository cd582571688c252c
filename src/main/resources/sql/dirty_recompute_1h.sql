insert into reading_1h_kept as kept (sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, worst_rank)
select dirty.sensor_id, dirty.bucket, now_is.*
from (select sensor_id, to_timestamp(hour * 3600) as bucket
      from unnest(:sensors::integer[], :hours::bigint[]) as t (sensor_id, hour)) dirty
cross join lateral (
  select sum(n) as n, sum(n_failed) as n_failed, sum(sum) as sum, min(min) as min, max(max) as max,
         (array_agg(last_value order by bucket desc) filter (where last_at is not null))[1] as last_value,
         max(last_at) as last_at, max(worst_rank) as worst_rank
  from reading_5min_kept h
  where h.sensor_id = dirty.sensor_id and h.bucket >= dirty.bucket and h.bucket < dirty.bucket + interval '1 hour') now_is
where now_is.worst_rank is not null
on conflict (sensor_id, bucket) do update
set n = excluded.n, n_failed = excluded.n_failed, sum = excluded.sum, min = excluded.min, max = excluded.max,
    last_value = excluded.last_value, last_at = excluded.last_at, worst_rank = excluded.worst_rank
