delete from reading
where ctid = any (array(
  select ctid from reading where observed_at < (select dropped_before from raw_floor) limit :limit))
