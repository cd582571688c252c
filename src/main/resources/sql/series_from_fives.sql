select date_bin(:step * interval '1 millisecond', b.bucket, timestamptz '2001-01-01 00:00:00+00') as bucket,
       sum(n) as n,
       sum(n_failed) as n_failed,
       sum(sum) as sum,
       min(min) as min,
       max(max) as max,
       (array_agg(last_value order by b.bucket desc) filter (where last_at is not null))[1] as last_value,
       max(last_at) as last_at,
       flag_of_rank(max(flag_rank(worst_flag))) as worst_flag
from sensor s
join reading_5min b on b.sensor_id = s.sensor_id
where s.id = :sensor and b.bucket >= :from and b.bucket < :to
group by 1
order by 1
