-- The newest observation of every sensor as it was known at an instant: of all versions that had come by then the last, and of those that
-- came together the one whose flag held then. Where the clock is that of the readings, when they came says nothing, and everything
-- observed until then counts as known, in its present version.
select s.id, k.observed_at, k.value, k.flag, k.test, k.received_at
from sensor s
cross join lateral (
  select r.observed_at, held.value, held.flag, held.test, held.received_at
  from reading r
  cross join lateral (
    select each.value, each.flag, each.test, each.received_at
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
  where r.sensor_id = s.sensor_id and r.observed_at <= :at
  order by r.observed_at desc
  limit 1
) k
order by s.id
