create temporary table if not exists staged (
  round       integer not null,
  kind        smallint not null,
  sequence    bigint not null,
  sensor_id   integer not null,
  observed_at timestamptz not null,
  value       double precision,
  flag        smallint not null,
  test        smallint not null,
  received_at timestamptz not null
) on commit delete rows
