-- Those that overlap [from, to); null asks for any.
select e.*, s.id as sensor
from exceedance e
join sensor s using (sensor_id)
where (:station::text is null or e.station = :station)
  and (:severity::int is null or e.severity >= :severity)
  and (:sensor::text is null or s.id = :sensor)
  and (:run::text is null or e.run_id = :run)
  and (:to::timestamptz is null or e.began_at < :to)
  and (:from::timestamptz is null or e.ended_at is null or e.ended_at >= :from)
order by e.began_at desc, e.severity desc, e.rule_id, e.threshold
limit :limit
