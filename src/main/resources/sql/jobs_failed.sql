select j.job_id, j.proc_name, s.last_run_started_at,
       (select e.err_message from timescaledb_information.job_errors e where e.job_id = j.job_id order by e.finish_time desc limit 1) as reason
from timescaledb_information.job_stats s
join timescaledb_information.jobs j using (job_id)
where s.last_run_status = 'Failed'
  and (j.hypertable_schema = current_schema and j.hypertable_name = 'reading'
       or exists (select from timescaledb_information.continuous_aggregates c
                  where c.view_schema = current_schema
                    and (j.hypertable_schema, j.hypertable_name) in ((c.view_schema, c.view_name),
                                                                     (c.materialization_hypertable_schema, c.materialization_hypertable_name))))
order by j.job_id
