-- An end is never undone by its beginning told again; late is that of the beginning.
insert into exceedance (run_id, rule_id, threshold, began_at, ended_at, station, sensor_id, severity, raise_at, clear_below,
                        unit, datum, peak, peak_at, worst_flag, late, possible, out_of_service)
values (:run, :rule, :threshold, :beganAt, :endedAt, :station, :sensor, :severity, :raiseAt, :clearBelow,
        :unit, :datum, :peak, :peakAt, :worstFlag, :late, :possible, :outOfService)
on conflict (run_id, rule_id, threshold, began_at) do update
set ended_at = excluded.ended_at, peak = excluded.peak, peak_at = excluded.peak_at, worst_flag = excluded.worst_flag,
    possible = case when excluded.ended_at is null then excluded.possible else exceedance.possible end,
    out_of_service = exceedance.out_of_service or excluded.out_of_service
where excluded.ended_at is not null or exceedance.ended_at is null
