-- A round holds a key once. kind 0 with another value is a correction, kind 1 another flag; the row as it was goes to
-- reading_version. LATERAL with OFFSET keeps the planner, which knows nothing of a temporary table, on the primary key;
-- DO UPDATE rather than UPDATE ... FROM, which would decompress whole chunks of a columnstore.
with changed as materialized (
  select s.kind, s.sequence, s.sensor_id, s.observed_at, s.value, s.flag, s.test, s.received_at,
         r.value as old_value, r.flag as old_flag, r.test as old_test, r.received_at as old_received_at, r.stored_at
  from staged s
  cross join lateral (
    select * from reading r
    where r.sensor_id = s.sensor_id and r.observed_at = s.observed_at
    offset 0) r
  where s.round = :round
    and case s.kind when 0 then s.value is distinct from r.value else (s.flag, s.test) is distinct from (r.flag, r.test) end
), kept as (
  insert into reading_version (sensor_id, observed_at, value, flag, test, received_at, known_from, known_to, run_id, sequence)
  select sensor_id, observed_at, old_value, old_flag, old_test, old_received_at, stored_at, greatest(now(), stored_at), :run, sequence
  from changed
), updated as (
  insert into reading (sensor_id, observed_at, value, flag, test, received_at)
  select sensor_id, observed_at, case kind when 0 then value else old_value end, flag, test,
         case kind when 0 then received_at else old_received_at end
  from changed
  on conflict (sensor_id, observed_at) do update
  set value = excluded.value, flag = excluded.flag, test = excluded.test,
      received_at = excluded.received_at, stored_at = greatest(now(), reading.stored_at)
)
select count(*) filter (where kind = 0) as corrections, count(*) filter (where kind = 1) as reflags from changed
