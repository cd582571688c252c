select r.observed_at, r.value, r.flag, r.test
from sensor s
join reading r on r.sensor_id = s.sensor_id
where s.id = :sensor and r.observed_at >= :from and r.observed_at < :to and r.flag <> 4 and r.value is not null
order by r.value desc, r.observed_at
limit 1
