-- What each threshold's exceedances come to, of those that overlap [from, to); one that lasts is as long as it is at :now. A false raise is
-- one whose reading failed its quality control afterwards (flag 4): it counts apart and adds neither time nor peak.
select
  e.station,
  e.rule_id,
  e.threshold,
  e.severity,
  e.unit,
  e.datum,
  count(*) filter (where e.worst_flag <> 4) as n,
  count(*) filter (where e.worst_flag = 4) as n_false,
  count(*) filter (where e.ended_at is null and e.worst_flag <> 4) as n_lasting,
  coalesce(sum(lasts.ms) filter (where e.worst_flag <> 4), 0) as total_ms,
  coalesce(max(lasts.ms) filter (where e.worst_flag <> 4), 0) as longest_ms,
  (array_agg(e.peak order by abs(e.peak - e.raise_at) desc) filter (where e.worst_flag <> 4 and e.peak is not null))[1] as peak,
  (array_agg(e.peak_at order by abs(e.peak - e.raise_at) desc) filter (where e.worst_flag <> 4 and e.peak is not null))[1] as peak_at,
  min(e.began_at) filter (where e.worst_flag <> 4) as first_began_at,
  max(e.began_at) filter (where e.worst_flag <> 4) as last_began_at
from exceedance e
cross join lateral (
  select (extract(epoch from coalesce(e.ended_at, greatest(:now::timestamptz, e.began_at)) - e.began_at) * 1000)::bigint as ms
) lasts
where (:station::text is null or e.station = :station)
  and (:severity::int is null or e.severity >= :severity)
  and (:run::text is null or e.run_id = :run)
  and (:to::timestamptz is null or e.began_at < :to)
  and (:from::timestamptz is null or e.ended_at is null or e.ended_at >= :from)
group by e.station, e.rule_id, e.threshold, e.severity, e.unit, e.datum
order by e.station, e.rule_id, e.severity, e.threshold, e.unit, e.datum
