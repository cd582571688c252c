select run_id, sequence, kind, sensor, record, sqlstate, reason, quarantined_at
from quarantine
order by quarantined_at desc, run_id, sequence desc, ordinal
limit :limit
