-- The aggregates where the database keeps none: RollUp recomputes from raw what these marks name. Append-only, without a
-- unique key: a mark must become visible with its own rows, never be taken for another transaction's.
create table dirty_bucket (
  sensor_id integer not null,
  bucket    timestamptz not null
);

create table reading_5min_kept (
  sensor_id  integer not null,
  bucket     timestamptz not null,
  n          bigint not null,
  n_failed   bigint not null,
  sum        double precision,
  min        double precision,
  max        double precision,
  last_value double precision,
  last_at    timestamptz,
  worst_rank integer not null,
  primary key (sensor_id, bucket)
);
create table reading_1h_kept (like reading_5min_kept including all);
create table reading_1d_kept (like reading_5min_kept including all);

create view reading_5min as
select sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_5min_kept;

create view reading_1h as
select sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_1h_kept;

create view reading_1d as
select sensor_id, bucket, n, n_failed, sum, min, max, last_value, last_at, flag_of_rank(worst_rank) as worst_flag
from reading_1d_kept;
