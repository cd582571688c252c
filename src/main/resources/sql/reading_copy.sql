copy reading (sensor_id, observed_at, value, flag, test, received_at) from stdin (format binary)
