-- A sensor's readings as they were known at an instant, as in readings_known.
select r.observed_at, held.value, held.flag, held.test
from sensor s
join reading r on r.sensor_id = s.sensor_id
cross join lateral (
  select each.value, each.flag, each.test
  from (
    select r.value, r.flag, r.test, r.received_at, 'infinity'::timestamptz as known_to
    union all
    select old.value, old.flag, old.test, old.received_at, old.known_to
    from reading_version old
    where :by_receipt and old.sensor_id = r.sensor_id and old.observed_at = r.observed_at
  ) each
  where not :by_receipt or each.received_at <= :at
  order by each.received_at desc, each.known_to > :at desc, each.known_to
  limit 1
) held
where s.id = :sensor and r.observed_at >= :from and r.observed_at < :to and r.observed_at <= :at
order by r.observed_at
limit :limit
