call refresh_continuous_aggregate('reading_1h_kept', null, null)
