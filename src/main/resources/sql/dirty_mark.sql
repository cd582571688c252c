insert into dirty_bucket (sensor_id, bucket)
select sensor_id, to_timestamp(hour * 3600) from unnest(:sensors::integer[], :hours::bigint[]) as touched (sensor_id, hour)
