select r.observed_at, r.value, r.flag, r.test
from sensor s
join reading r on r.sensor_id = s.sensor_id
where s.id = :sensor and r.observed_at >= :from and r.observed_at < :to
order by r.observed_at
limit :limit
