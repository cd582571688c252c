-- Every alert that is over (severity 0, or nobody watches it any more) and lasted at some instant of [from, to): its last step, and
-- what its steps before say of it. With as_of, steps not known at that instant have not happened.
select
  t.record,
  life.highest_severity,
  life.raised_at,
  false as silent,
  ack.record ->> 'by' as acknowledged_by,
  ack.at as acknowledged_at,
  coalesce(ack.record ->> 'note', t.record ->> 'note') as note
from transition t
cross join lateral (
  select max(step.severity) as highest_severity, min(step.at) as raised_at
  from transition step
  where step.alert_id = t.alert_id and (:as_of::timestamptz is null or was_known(step, :as_of))
) life
left join lateral (
  select step.record, step.at
  from transition step
  where step.alert_id = t.alert_id and step.kind = 'ACKNOWLEDGED' and (:as_of::timestamptz is null or was_known(step, :as_of))
    -- what got worse since was to be seen anew
    and not exists (
      select from transition later
      where later.alert_id = step.alert_id and later.number > step.number and later.kind in ('RAISED', 'ESCALATED')
        and (:as_of::timestamptz is null or was_known(later, :as_of))
    )
  order by step.number desc
  limit 1
) ack on true
where (t.severity = 0 or t.kind = 'OUT_OF_SERVICE')
  and (:run::text is null or t.run_id = :run)
  and (:stations::text[] is null or t.station = any(:stations))
  and (:severity::int is null or life.highest_severity >= :severity)
  and (:from::timestamptz is null or t.at >= :from)
  and (:to::timestamptz is null or life.raised_at < :to)
  and (:as_of::timestamptz is null or was_known(t, :as_of))
  and not exists (
    select from transition later
    where later.alert_id = t.alert_id and later.number > t.number and (:as_of::timestamptz is null or was_known(later, :as_of))
  )
order by t.at desc, t.alert_id
limit :limit
