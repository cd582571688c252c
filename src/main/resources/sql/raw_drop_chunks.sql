select drop_chunks('reading', older_than => (select dropped_before from raw_floor))
