-- Of the raw that aggregates are made of, in whole days; null without any.
select (extract(epoch from date_trunc('day', greatest(min(r.observed_at), min(f.dropped_before)), 'UTC')) * 1000)::bigint as from_ms,
       (extract(epoch from max(r.observed_at)) * 1000)::bigint as to_ms
from reading r, raw_floor f
