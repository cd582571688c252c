insert into transition (id, alert_id, number, kind, run_id, rule_id, station, sensor_id, sequence, at, severity, record)
values (:id, :alert, :number, :kind, :run, :rule, :station, :sensor, :sequence, :at, :severity, :record::jsonb)
on conflict (id) do nothing
