insert into catalogue_station (run_id, id, name, lon, lat, datum, area) values (:run, :id, :name, :lon, :lat, :datum, :area)
