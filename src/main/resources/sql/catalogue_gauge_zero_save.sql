-- No instant stands for always.
insert into catalogue_gauge_zero (run_id, station, valid_from, zero_m)
values (:run, :station, coalesce(:validFrom::timestamptz, '-infinity'), :zero)
