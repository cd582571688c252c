-- What became of letters to subscribers: each that arrived or was given up, and again if it was sent again. A subscriber is a number of
-- the data folder that log_id names; who that is, only a subscription says, and nobody once it is deleted. steps are ids of transitions.
create table delivery (
  log_id     text not null,
  run_id     text not null,
  letter_id  text not null,
  settled_at timestamptz not null,
  subscriber integer not null,
  way        text not null,
  storm      text not null,
  number     integer not null,
  severity   smallint not null,
  steps      text[] not null,
  made_at    timestamptz not null,
  attempts   integer not null,
  arrived    boolean not null,
  reason     text not null,
  primary key (log_id, letter_id, settled_at)
);
create index delivery_by_time on delivery (settled_at);
create index delivery_by_subscriber on delivery (subscriber, settled_at);
