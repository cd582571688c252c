select case when isfinite(dropped_before) then (extract(epoch from dropped_before) * 1000)::bigint end from raw_floor
