delete from catalogue where run_id = :run
