select date_bin(:step * interval '1 millisecond', r.observed_at, timestamptz '2001-01-01 00:00:00+00') as bucket,
       count(value) filter (where flag <> 4) as n,
       count(*) filter (where flag = 4) as n_failed,
       sum(value) filter (where flag <> 4) as sum,
       min(value) filter (where flag <> 4) as min,
       max(value) filter (where flag <> 4) as max,
       (array_agg(value order by observed_at desc) filter (where flag <> 4 and value is not null))[1] as last_value,
       max(observed_at) filter (where flag <> 4 and value is not null) as last_at,
       flag_of_rank(max(flag_rank(flag))) as worst_flag
from sensor s
join reading r on r.sensor_id = s.sensor_id
where s.id = :sensor and r.observed_at >= :from and r.observed_at < :to
group by 1
order by 1
