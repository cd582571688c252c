-- Every alert that stood at an instant, or had ended lately: its last step until then, and what its steps until then say of it.
select
  t.record,
  life.highest_severity,
  life.raised_at,
  ack.record ->> 'by' as acknowledged_by,
  ack.at as acknowledged_at,
  coalesce(ack.record ->> 'note', t.record ->> 'note') as note
from transition t
cross join lateral (
  select max(step.severity) as highest_severity, min(step.at) as raised_at
  from transition step
  where step.alert_id = t.alert_id and step.at <= :at
) life
left join lateral (
  select step.record, step.at
  from transition step
  where step.alert_id = t.alert_id and step.kind = 'ACKNOWLEDGED' and step.at <= :at
  order by step.number desc
  limit 1
) ack on true
where t.run_id = :run
  and t.at <= :at
  and ((t.severity > 0 and t.kind <> 'OUT_OF_SERVICE') or t.at >= :since)
  and not exists (
    select from transition later
    where later.alert_id = t.alert_id and later.number > t.number and later.at <= :at)
order by t.at desc, t.alert_id
limit :limit
