-- The last step of every alert that is over (severity 0) and ended in [from, to).
select record
from transition t
where severity = 0
  and (:run::text is null or run_id = :run)
  and (:from::timestamptz is null or at >= :from)
  and (:to::timestamptz is null or at < :to)
  and not exists (select from transition later where later.alert_id = t.alert_id and later.number > t.number)
order by at desc, alert_id
limit :limit
