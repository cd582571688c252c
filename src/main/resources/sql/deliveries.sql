-- Settled in [from, to), newest first; of an alert: those that hold a step of it (alert/number).
select *, count(*) over () as matched
from delivery
where run_id = :run
  and (:subscriber::int is null or subscriber = :subscriber)
  and (:from::timestamptz is null or settled_at >= :from)
  and (:to::timestamptz is null or settled_at < :to)
  and (:alert::text is null or exists (select from unnest(steps) step where starts_with(step, :alert || '/')))
order by settled_at desc, letter_id
limit :limit
