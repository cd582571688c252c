-- No row is written when somebody else drained this run meanwhile.
insert into drain (run_id, sequence, committed_at) values (:run, :through, now())
on conflict (run_id) do update set sequence = excluded.sequence, committed_at = excluded.committed_at
where drain.sequence = :after
