insert into quarantine (run_id, sequence, kind, ordinal, sensor, record, sqlstate, reason)
values (:run, :sequence, :kind, :ordinal, :sensor, :record, :sqlstate, :reason)
on conflict do nothing
