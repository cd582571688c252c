-- Staff gauges read beside sensors, a copy of the log in the data folder that log_id names: what was read, in m in the datum of the
-- sensor's station, and what came of it once that is worked out. offset_m is recorded less read.
create table gauge_check (
  log_id      text not null,
  number      bigint not null,
  sensor      text not null,
  observed_at timestamptz not null,
  level_m     double precision not null,
  read_by     text not null,
  note        text not null,
  recorded_at timestamptz not null,
  how         text,
  recorded_m  double precision,
  reading_at  timestamptz,
  offset_m    double precision,
  primary key (log_id, number)
);
create index gauge_check_by_sensor on gauge_check (sensor, observed_at);
