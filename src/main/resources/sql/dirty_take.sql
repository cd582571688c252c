with taken as (
  delete from dirty_bucket where ctid = any (array(select ctid from dirty_bucket limit :limit)) returning sensor_id, bucket)
select distinct sensor_id, (extract(epoch from bucket) / 300)::bigint as five from taken
