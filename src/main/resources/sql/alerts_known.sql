-- Every alert that stood at an instant, or had ended lately: its last step known by then, and what its steps known by then say of it.
with step as (
  select t.alert_id, t.number, t.kind, t.at, t.severity, t.record, says_silent(t) as silent
  from transition t
  where t.run_id = :run and was_known(t, :at)
),
newest as (
  select distinct on (alert_id) alert_id, number, kind, at, severity, record
  from step
  order by alert_id, number desc
)
select
  newest.record,
  life.highest_severity,
  life.raised_at,
  life.silent,
  ack.record ->> 'by' as acknowledged_by,
  ack.at as acknowledged_at,
  coalesce(ack.record ->> 'note', newest.record ->> 'note') as note
from newest
cross join lateral (
  select max(step.severity) as highest_severity, min(step.at) as raised_at,
    coalesce((array_agg(step.silent order by step.number desc) filter (where step.silent is not null))[1], false) as silent
  from step
  where step.alert_id = newest.alert_id
) life
left join lateral (
  select step.record, step.at
  from step
  where step.alert_id = newest.alert_id and step.kind = 'ACKNOWLEDGED'
    -- what got worse since is to be seen anew
    and not exists (
      select from step later
      where later.alert_id = step.alert_id and later.number > step.number and later.kind in ('RAISED', 'ESCALATED')
    )
  order by step.number desc
  limit 1
) ack on true
where (newest.severity > 0 and newest.kind <> 'OUT_OF_SERVICE') or newest.at >= :since
order by newest.at desc, newest.alert_id
limit :limit
