insert into catalogue_sensor (run_id, id, station, title, parameter, unit, report_every, stale_after, rain_input)
values (:run, :id, :station, :title, :parameter, :unit, :everyMs * interval '1 millisecond', :staleAfterMs * interval '1 millisecond', :rainInput)
