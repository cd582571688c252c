call refresh_continuous_aggregate('reading_1d_kept', null, null)
