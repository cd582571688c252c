select id, sensor_id from sensor where id = any (:ids)
