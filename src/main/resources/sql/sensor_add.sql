insert into sensor (id) select unnest(:ids::text[]) on conflict (id) do nothing returning id, sensor_id
