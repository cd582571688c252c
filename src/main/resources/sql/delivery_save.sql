insert into delivery
  (log_id, run_id, letter_id, settled_at, subscriber, way, storm, number, severity, steps, made_at, attempts, arrived, reason)
values
  (:log, :run, :letter, :settledAt, :subscriber, :way, :storm, :number, :severity, :steps, :madeAt, :attempts, :arrived, :reason)
on conflict (log_id, letter_id, settled_at) do nothing
