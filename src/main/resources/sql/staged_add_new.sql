insert into reading (sensor_id, observed_at, value, flag, test, received_at)
select sensor_id, observed_at, value, flag, test, received_at
from staged
where round = :round and kind = 0
on conflict (sensor_id, observed_at) do nothing
