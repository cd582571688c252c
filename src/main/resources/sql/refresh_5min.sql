call refresh_continuous_aggregate('reading_5min_kept', :from::timestamptz, null)
