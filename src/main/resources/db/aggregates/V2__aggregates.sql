-- Row and column store share the key's order (observed_at ascending, against the manual's advice).
alter table reading set (timescaledb.enable_columnstore, timescaledb.segmentby = 'sensor_id', timescaledb.orderby = 'observed_at');

-- Each level is made of the one below, never of means: a late reading or a correction passes through all three.
create materialized view reading_5min_kept with (timescaledb.continuous, timescaledb.materialized_only = false) as
select sensor_id,
       time_bucket(interval '5 minutes', observed_at) as bucket,
       count(value) filter (where flag <> 4) as n,
       count(*) filter (where flag = 4) as n_failed,
       sum(value) filter (where flag <> 4) as sum,
       min(value) filter (where flag <> 4) as min,
       max(value) filter (where flag <> 4) as max,
       last(value, observed_at) filter (where flag <> 4 and value is not null) as last_value,
       max(observed_at) filter (where flag <> 4 and value is not null) as last_at,
       max(flag_rank(flag)) as worst_rank
from reading
group by 1, 2
with no data;

create materialized view reading_1h_kept with (timescaledb.continuous, timescaledb.materialized_only = false) as
select sensor_id,
       time_bucket(interval '1 hour', bucket) as bucket,
       sum(n) as n,
       sum(n_failed) as n_failed,
       sum(sum) as sum,
       min(min) as min,
       max(max) as max,
       last(last_value, last_at) filter (where last_at is not null) as last_value,
       max(last_at) as last_at,
       max(worst_rank) as worst_rank
from reading_5min_kept
group by 1, 2
with no data;

create materialized view reading_1d_kept with (timescaledb.continuous, timescaledb.materialized_only = false) as
select sensor_id,
       time_bucket(interval '1 day', bucket) as bucket,
       sum(n) as n,
       sum(n_failed) as n_failed,
       sum(sum) as sum,
       min(min) as min,
       max(max) as max,
       last(last_value, last_at) filter (where last_at is not null) as last_value,
       max(last_at) as last_at,
       max(worst_rank) as worst_rank
from reading_1h_kept
group by 1, 2
with no data;

create view reading_5min as
select sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_5min_kept;

create view reading_1h as
select sensor_id, bucket, n::bigint, n_failed::bigint, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_1h_kept;

create view reading_1d as
select sensor_id, bucket, n::bigint, n_failed::bigint, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_1d_kept;

-- What the policies are follows from the settings, see Upkeep.
