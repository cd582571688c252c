-- Changes already applied although the drain row lies before them: none, unless that row was lost or set back.
select sensor_id, (extract(epoch from observed_at) * 1000)::bigint as observed_at_ms, max(sequence) as sequence
from reading_version
where run_id = :run and sequence > :after
group by sensor_id, observed_at
