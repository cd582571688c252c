-- Below the floor raw is no longer whole, and the aggregate is all there is.
insert into reading_5min_kept as kept (sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, worst_rank)
select dirty.sensor_id, dirty.bucket, now_is.*
from (select sensor_id, to_timestamp(five * 300) as bucket
      from unnest(:sensors::integer[], :fives::bigint[]) as t (sensor_id, five)) dirty
cross join lateral (
  select count(value) filter (where flag <> 4) as n,
         count(*) filter (where flag = 4) as n_failed,
         sum(value) filter (where flag <> 4) as sum,
         min(value) filter (where flag <> 4) as min,
         max(value) filter (where flag <> 4) as max,
         (array_agg(value order by observed_at desc) filter (where flag <> 4 and value is not null))[1] as last_value,
         max(observed_at) filter (where flag <> 4 and value is not null) as last_at,
         max(flag_rank(flag)) as worst_rank
  from reading r
  where r.sensor_id = dirty.sensor_id and r.observed_at >= dirty.bucket and r.observed_at < dirty.bucket + interval '5 minutes') now_is
where now_is.worst_rank is not null and dirty.bucket >= (select dropped_before from raw_floor)
on conflict (sensor_id, bucket) do update
set n = excluded.n, n_failed = excluded.n_failed, sum = excluded.sum, min = excluded.min, max = excluded.max,
    last_value = excluded.last_value, last_at = excluded.last_at, worst_rank = excluded.worst_rank
