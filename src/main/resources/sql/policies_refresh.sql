-- From raw, a day above the floor: a refresh of what raw no longer holds would empty the aggregate. Without a floor, and from
-- the aggregate below, which is never dropped, from the beginning: a correction of any age is picked up, at the price of its
-- bucket only, since a refresh goes by what changed.
select add_continuous_aggregate_policy('reading_5min_kept',
         start_offset => (select case when isfinite(dropped_before) then now() - dropped_before - interval '24 hours' end from raw_floor),
         end_offset => interval '5 minutes', schedule_interval => interval '5 minutes'),
       add_continuous_aggregate_policy('reading_1h_kept',
         start_offset => null, end_offset => interval '1 hour', schedule_interval => interval '15 minutes'),
       add_continuous_aggregate_policy('reading_1d_kept',
         start_offset => null, end_offset => interval '1 day', schedule_interval => interval '1 hour')
