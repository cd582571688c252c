-- Never lowered: what a shorter retention dropped does not come back.
update raw_floor
set dropped_before = greatest(dropped_before, date_trunc('day', now() - :keepMs * interval '1 millisecond', 'UTC'))
