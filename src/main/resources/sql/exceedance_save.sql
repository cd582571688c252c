-- An end is never undone by its beginning told again.
insert into exceedance (run_id, rule_id, threshold, began_at, ended_at, station, sensor_id, severity, raise_at, clear_below,
                        unit, datum, peak, peak_at, worst_flag, late)
values (:run, :rule, :threshold, :beganAt, :endedAt, :station, :sensor, :severity, :raiseAt, :clearBelow,
        :unit, :datum, :peak, :peakAt, :worstFlag, :late)
on conflict (run_id, rule_id, threshold, began_at) do update
set ended_at = excluded.ended_at, peak = excluded.peak, peak_at = excluded.peak_at, worst_flag = excluded.worst_flag,
    late = excluded.late
where excluded.ended_at is not null or exceedance.ended_at is null
