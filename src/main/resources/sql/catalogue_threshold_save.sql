insert into catalogue_threshold (run_id, sensor, name, title, severity, kind, direction, span, raise_at, clear_below, unit)
values (:run, :sensor, :name, :title, :severity, :kind, :direction, :spanMs * interval '1 millisecond', :raiseAt, :clearBelow, :unit)
