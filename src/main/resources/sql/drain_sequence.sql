select sequence from drain where run_id = :run
