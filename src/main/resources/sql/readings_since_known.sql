-- The observations of some sensors from an instant of each on, as course_known has them; sensor by sensor, oldest first.
select s.id, k.observed_at, k.value, k.flag, k.test, k.received_at
from unnest(:ids::text[], :froms::text[]) wanted (id, from_at)
join sensor s on s.id = wanted.id
cross join lateral (
  select distinct on (each.observed_at) each.*
  from (
    select r.observed_at, r.value, r.flag, r.test, r.received_at, 'infinity'::timestamptz as known_to
    from reading r
    where r.sensor_id = s.sensor_id and r.observed_at >= wanted.from_at::timestamptz and r.observed_at <= :at
    union all
    select old.observed_at, old.value, old.flag, old.test, old.received_at, old.known_to
    from reading_version old
    where :by_receipt and old.sensor_id = s.sensor_id and old.observed_at >= wanted.from_at::timestamptz and old.observed_at <= :at
  ) each
  where not :by_receipt or each.received_at <= :at
  order by each.observed_at, each.received_at desc, each.known_to > :at desc, each.known_to
) k
order by s.sensor_id, k.observed_at
limit :limit
