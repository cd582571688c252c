-- All observations of some sensors over (from, at] as they were known then, as readings_known has the newest one; sensor by sensor, oldest
-- first. Where there are more than the limit, the last sensor lacks its oldest ones, and those after it lack all.
select s.id, k.observed_at, k.value, k.flag, k.test, k.received_at
from (
  select distinct on (each.sensor_id, each.observed_at) each.*
  from (
    select r.sensor_id, r.observed_at, r.value, r.flag, r.test, r.received_at, 'infinity'::timestamptz as known_to
    from reading r
    where r.sensor_id in (select wanted.sensor_id from sensor wanted where wanted.id = any (:ids))
      and r.observed_at > :from and r.observed_at <= :at
    union all
    select old.sensor_id, old.observed_at, old.value, old.flag, old.test, old.received_at, old.known_to
    from reading_version old
    where :by_receipt
      and old.sensor_id in (select wanted.sensor_id from sensor wanted where wanted.id = any (:ids))
      and old.observed_at > :from and old.observed_at <= :at
  ) each
  where not :by_receipt or each.received_at <= :at
  order by each.sensor_id, each.observed_at desc, each.received_at desc, each.known_to > :at desc, each.known_to
  limit :limit
) k
join sensor s on s.sensor_id = k.sensor_id
order by k.sensor_id, k.observed_at
