insert into catalogue (run_id, place, revision, exercise) values (:run, :place, :revision, :exercise)
