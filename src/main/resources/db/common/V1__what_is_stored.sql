-- Which of the level folders (rollup, hypertable, aggregates) this database was set up with; chosen once, see Database.
create table store_level (
  one       boolean primary key default true check (one),
  level     text not null,
  chosen_at timestamptz not null default now()
);

-- The order of Flag.rollUp: FAIL, SUSPECT, PASS, NOT_EVALUATED, MISSING.
create function flag_rank(flag smallint) returns integer
  language sql immutable parallel safe
  return case flag when 4 then 4 when 3 then 3 when 1 then 2 when 2 then 1 else 0 end;

create function flag_of_rank(rank integer) returns smallint
  language sql immutable parallel safe
  return case rank when 4 then 4 when 3 then 3 when 2 then 1 when 1 then 2 else 9 end;

-- The text id outside, an integer inside; identities are never handed out twice.
create table sensor (
  sensor_id integer generated always as identity primary key,
  id        text not null unique
);

-- The present version of every observation, kept unit, on the sensor's own zero.
create table reading (
  sensor_id   integer not null,
  observed_at timestamptz not null,
  value       double precision,
  flag        smallint not null check (flag in (1, 2, 3, 4, 9)),
  test        smallint not null,
  received_at timestamptz not null,
  stored_at   timestamptz not null default now(),
  primary key (sensor_id, observed_at)
);

-- What a reading was before a correction or another flag: held from known_from, up to but not at known_to.
-- (run_id, sequence) is what replaced it, so that a batch drained again is recognised.
create table reading_version (
  version_id  bigint generated always as identity primary key,
  sensor_id   integer not null,
  observed_at timestamptz not null,
  value       double precision,
  flag        smallint not null,
  test        smallint not null,
  received_at timestamptz not null,
  known_from  timestamptz not null,
  known_to    timestamptz not null,
  run_id      text not null,
  sequence    bigint not null
);
create index reading_version_by_reading on reading_version (sensor_id, observed_at, known_from);
create index reading_version_by_sequence on reading_version (run_id, sequence);

-- The threshold-event log; ended_at is null while it lasts.
create table exceedance (
  run_id      text not null,
  rule_id     text not null,
  threshold   text not null,
  began_at    timestamptz not null,
  ended_at    timestamptz,
  station     text not null,
  sensor_id   integer not null,
  severity    smallint not null,
  raise_at    double precision not null,
  clear_below double precision not null,
  unit        text not null,
  datum       text not null,
  peak        double precision,
  peak_at     timestamptz,
  worst_flag  smallint not null,
  late        boolean not null,
  primary key (run_id, rule_id, threshold, began_at)
);
create index exceedance_by_time on exceedance (began_at);
create index exceedance_by_sensor on exceedance (sensor_id, began_at);

-- Every step of every alert; record is the whole of it, the columns are for asking.
create table transition (
  id        text primary key,
  alert_id  text not null,
  number    integer not null,
  kind      text not null,
  run_id    text not null,
  rule_id   text not null,
  station   text not null,
  sensor_id integer not null,
  sequence  bigint not null,
  at        timestamptz not null,
  severity  smallint not null,
  record    jsonb not null
);
create index transition_by_alert on transition (alert_id, number);
create index transition_by_time on transition (at);

-- How far each run is drained; written in the transaction of the rows themselves.
create table drain (
  run_id       text primary key,
  sequence     bigint not null,
  committed_at timestamptz not null
);

-- Rows this database refused for what they hold; nothing here is typed, since a type was what refused them.
create table quarantine (
  run_id         text not null,
  sequence       bigint not null,
  kind           text not null,
  ordinal        integer not null,
  sensor         text not null,
  record         text not null,
  sqlstate       text not null,
  reason         text not null,
  quarantined_at timestamptz not null default now(),
  primary key (run_id, sequence, kind, ordinal)
);

-- Readings observed before this may be gone by what the settings say: no aggregate is made of what is left of them.
create table raw_floor (
  one            boolean primary key default true check (one),
  dropped_before timestamptz not null
);
insert into raw_floor (dropped_before) values ('-infinity');
