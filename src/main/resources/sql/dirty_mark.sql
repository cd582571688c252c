insert into dirty_bucket (sensor_id, bucket)
select sensor_id, to_timestamp(five * 300) from unnest(:sensors::integer[], :fives::bigint[]) as touched (sensor_id, five)
