-- What the settings in force say of each run: a copy for whoever has only the database, such as dashboards; replaced as a whole when
-- a run starts and when its settings are read again. exercise: on the readings' clock, nothing of it happens now.
create table catalogue (
  run_id    text primary key,
  place     text not null,
  revision  text not null,
  exercise  boolean not null,
  copied_at timestamptz not null default now()
);

create table catalogue_station (
  run_id text not null references catalogue on delete cascade,
  id     text not null,
  name   text not null,
  lon    double precision not null,
  lat    double precision not null,
  datum  text not null,
  area   text not null,
  primary key (run_id, id)
);

create table catalogue_gauge_zero (
  run_id     text not null references catalogue on delete cascade,
  station    text not null,
  valid_from timestamptz not null,
  zero_m     double precision not null,
  primary key (run_id, station, valid_from)
);

-- unit is that of reading.value; rain_input is empty but for rain gauges.
create table catalogue_sensor (
  run_id       text not null references catalogue on delete cascade,
  id           text not null,
  station      text not null,
  title        text not null,
  parameter    text not null,
  unit         text not null,
  report_every interval not null,
  stale_after  interval not null,
  rain_input   text not null,
  primary key (run_id, id)
);

-- span: of a rise or an accumulation, how far ahead of an expected level; 0 for others.
create table catalogue_threshold (
  run_id      text not null references catalogue on delete cascade,
  sensor      text not null,
  name        text not null,
  title       text not null,
  severity    smallint not null,
  kind        text not null,
  direction   text not null,
  span        interval not null,
  raise_at    double precision not null,
  clear_below double precision not null,
  unit        text not null,
  primary key (run_id, sensor, name)
);

-- Steps of one run by time: what stood at an instant is asked for by every refresh of a dashboard.
create index transition_by_run on transition (run_id, at);

-- Whether a step was known at an instant: from when the clock stood at its decision, which for a late reading is after the time it tells of.
create function was_known(step transition, instant timestamptz) returns boolean language sql stable as $$
  select step.at <= instant and coalesce((step.record ->> 'clockMs')::bigint, 0) <= extract(epoch from instant) * 1000
$$;

-- Whether the alert's sensor was silent after a step; null where the step says nothing of it.
create function says_silent(step transition) returns boolean language sql stable as $$
  select case
    when step.kind = 'STALE' then true
    when step.kind = 'BACK' then false
    when step.kind = 'UNSHELVED' or step.record ->> 'cause' = 'IN_SERVICE' then coalesce((step.record ->> 'unconfirmed')::boolean, false)
  end
$$;

-- The functions below read views that a level makes later.
set local check_function_bodies = off;

-- Height of a gauge's zero in its station's datum, m; 0 where none is declared.
create function gauge_zero_m(run text, of_station text, at timestamptz) returns double precision
  language sql stable parallel safe as $$
  select coalesce(
    (select z.zero_m from catalogue_gauge_zero z
     where z.run_id = run and z.station = of_station
     order by z.valid_from <= at desc, case when z.valid_from <= at then z.valid_from end desc, z.valid_from
     limit 1),
    0)
$$;

-- Every sensor of a run as it stood at an instant: its newest reading until then, a level in its station's datum. What was corrected since
-- is shown corrected.
create function sensors_at(run text, instant timestamptz)
  returns table (station text, sensor text, title text, parameter text, unit text, observed_at timestamptz, received_at timestamptz,
                 value double precision, flag smallint, test smallint, stale boolean)
  language sql stable as $$
  select c.station, c.id, c.title, c.parameter, c.unit, r.observed_at, r.received_at,
         r.value + case c.parameter when 'LEVEL' then gauge_zero_m(run, c.station, r.observed_at) else 0 end,
         r.flag, r.test,
         r.observed_at is null or r.observed_at < instant - c.stale_after
  from catalogue_sensor c
  left join sensor s on s.id = c.id
  left join lateral (
    select r.observed_at, r.received_at, r.value, r.flag, r.test
    from reading r
    where r.sensor_id = s.sensor_id and r.observed_at <= instant
    order by r.observed_at desc
    limit 1
  ) r on true
  where c.run_id = run
$$;

-- How far an alert of a level had come at an instant, in the threshold's unit: a peak that moves on is no step, so it is looked for among the
-- readings since the last step's peak, as they are now. Nothing where that peak's own reading is not there any more as it was, nor for other
-- kinds of alerts, nor where the settings of now do not have the threshold.
create function level_peak(run text, of_sensor text, rule_id text, step jsonb, instant timestamptz)
  returns table (value double precision, at timestamptz)
  language sql stable as $$
  with told as (
    select (step ->> 'peak')::double precision as value, to_timestamp((step ->> 'peakAtMs')::bigint / 1000.0) as at, t.direction
    from catalogue_threshold t
    where t.run_id = run and t.sensor = of_sensor and t.name = step ->> 'threshold' and t.kind = 'LEVEL'
      and starts_with(level_peak.rule_id, of_sensor || '.')
  ),
  since as (
    select r.observed_at as at,
           r.value + case c.parameter when 'LEVEL' then gauge_zero_m(run, c.station, r.observed_at) else 0 end as value
    from told
    join catalogue_sensor c on c.run_id = run and c.id = of_sensor
    join sensor s on s.id = of_sensor
    join reading r on r.sensor_id = s.sensor_id and r.observed_at >= told.at and r.observed_at <= instant
    -- failed; too late to be tested
    where r.flag <> 4 and r.test <> 9 and r.value <> 'NaN'
  )
  select since.value, since.at
  from told
  cross join since
  where exists (select from since own where own.at = told.at and abs(own.value - told.value) < 1e-6)
  order by case told.direction when 'FALLING' then -since.value else since.value end desc, since.at
  limit 1
$$;

-- Every alert of a run that stood at an instant, by its last step until then; value (which that step told) and peak in unit, the peak null
-- where it is not known.
create function alerts_at(run text, instant timestamptz)
  returns table (alert_id text, rule_id text, station text, sensor text, severity smallint, threshold text, began_at timestamptz,
                 raised_at timestamptz, changed_at timestamptz, step text, silent boolean, shelved boolean, possible boolean,
                 acknowledged_by text, value double precision, peak double precision, peak_at timestamptz, unit text)
  language sql stable as $$
  select newest.alert_id, newest.rule_id, newest.station, s.id, newest.severity, newest.record ->> 'threshold',
         to_timestamp((newest.record ->> 'beganAtMs')::bigint / 1000.0), life.raised_at, newest.at, newest.kind,
         coalesce(life.silent, false), coalesce((newest.record ->> 'shelved')::boolean, false),
         coalesce((newest.record ->> 'possible')::boolean, false), life.acknowledged_by,
         (newest.record ->> 'value')::double precision,
         (select p.value from level_peak(run, s.id, newest.rule_id, newest.record, instant) p),
         (select p.at from level_peak(run, s.id, newest.rule_id, newest.record, instant) p), newest.record ->> 'unit'
  from (
    select distinct on (t.alert_id) t.*
    from transition t
    where t.run_id = run and was_known(t, instant)
    order by t.alert_id, t.number desc
  ) newest
  left join sensor s on s.sensor_id = newest.sensor_id
  cross join lateral (
    select min(t.at) as raised_at,
           (array_agg(says_silent(t) order by t.number desc) filter (where says_silent(t) is not null))[1] as silent,
           -- what got worse since is to be seen anew
           (array_agg(case t.kind when 'ACKNOWLEDGED' then t.record ->> 'by' end order by t.number desc)
             filter (where t.kind in ('RAISED', 'ESCALATED', 'ACKNOWLEDGED')))[1] as acknowledged_by
    from transition t
    where t.alert_id = newest.alert_id and t.number <= newest.number
  ) life
  where newest.severity > 0 and newest.kind <> 'OUT_OF_SERVICE'
$$;

-- Every station of a run as it stood at an instant: severity of its worst alert, 0 for none; its highest level of those not silent.
create function stations_at(run text, instant timestamptz)
  returns table (station text, name text, lon double precision, lat double precision, area text, severity smallint, alerts bigint,
                 sensors bigint, silent bigint, observed_at timestamptz, level_m double precision, datum text)
  language sql stable as $$
  select c.id, c.name, c.lon, c.lat, c.area, coalesce(a.severity, 0::smallint), coalesce(a.alerts, 0),
         coalesce(s.sensors, 0), coalesce(s.silent, 0), s.observed_at, s.level_m, c.datum
  from catalogue_station c
  left join (
    -- a battery that is low is not the water's severity
    select each.station, max(each.severity) filter (where c.parameter is null or c.parameter in ('LEVEL', 'RAIN')) as severity, count(*) as alerts
    from alerts_at(run, instant) each
    left join catalogue_sensor c on c.run_id = run and c.id = each.sensor
    group by each.station
  ) a on a.station = c.id
  left join (
    select each.station, count(*) as sensors, count(*) filter (where each.stale) as silent, max(each.observed_at) as observed_at,
           max(each.value) filter (where each.parameter = 'LEVEL' and each.flag <> 4 and not each.stale) as level_m
    from sensors_at(run, instant) each
    group by each.station
  ) s on s.station = c.id
  where c.run_id = run
$$;

-- A sensor's readings in steps, each named by its beginning, without those that failed; a level in its station's datum. Below 5 minutes
-- from readings, below an hour from sums of 5 minutes, else from those of hours.
create function series_of(run text, of_sensor text, since timestamptz, until timestamptz, step_ms bigint)
  returns table (at timestamptz, mean double precision, lowest double precision, highest double precision, worst_flag smallint,
                 n bigint, n_failed bigint)
  language sql stable as $$
  select step.at, step.sum / step.n + zero.m, step.lowest + zero.m, step.highest + zero.m, step.worst_flag, step.n, step.n_failed
  from catalogue_sensor c
  join sensor s on s.id = c.id
  cross join lateral (
    select date_bin(greatest(step_ms, 1000) * interval '1 millisecond', each.at, timestamptz '2001-01-01 00:00:00+00') as at,
           nullif(sum(each.n), 0)::bigint as n, sum(each.n_failed)::bigint as n_failed, sum(each.sum) as sum,
           min(each.min) as lowest, max(each.max) as highest, flag_of_rank(max(flag_rank(each.flag))) as worst_flag
    from (
      select observed_at as at, (flag <> 4 and value is not null)::int::bigint as n, (flag = 4)::int::bigint as n_failed,
             case when flag <> 4 then value end as sum, case when flag <> 4 then value end as min,
             case when flag <> 4 then value end as max, flag
      from reading r
      where step_ms < 300000 and r.sensor_id = s.sensor_id and r.observed_at >= since and r.observed_at <= until
      union all
      select bucket, n, n_failed, sum, min, max, worst_flag
      from reading_5min r
      where step_ms >= 300000 and step_ms < 3600000 and r.sensor_id = s.sensor_id and r.bucket >= since and r.bucket <= until
      union all
      select bucket, n, n_failed, sum, min, max, worst_flag
      from reading_1h r
      where step_ms >= 3600000 and r.sensor_id = s.sensor_id and r.bucket >= since and r.bucket <= until
    ) each
    group by 1
  ) step
  cross join lateral (
    select case c.parameter when 'LEVEL' then gauge_zero_m(run, c.station, step.at) else 0 end as m
  ) zero
  where c.run_id = run and c.id = of_sensor
$$;

-- Rain of every gauge of a run in 5 minutes, mm, whatever the gauge sends. A time stamp is taken as the gauge gives it.
create function rain_5min(run text, since timestamptz, until timestamptz)
  returns table (at timestamptz, station text, sensor text, mm double precision)
  language sql stable as $$
  select fives.bucket, fives.station, fives.sensor, fives.mm
  from (
    select b.bucket, c.station, c.id as sensor,
           case c.rain_input
             when 'INCREMENT' then b.sum
             when 'INTENSITY' then b.sum * extract(epoch from c.report_every) / 3600
             -- a counter that shows less than before has begun anew
             else case when lag(b.last_value) over gauge is null then null
                       when b.last_value >= lag(b.last_value) over gauge then b.last_value - lag(b.last_value) over gauge
                       else b.last_value end
           end as mm
    from catalogue_sensor c
    join sensor s on s.id = c.id
    join reading_5min b on b.sensor_id = s.sensor_id
    where c.run_id = run and c.parameter = 'RAIN' and b.n > 0 and b.bucket >= since - interval '1 day' and b.bucket <= until
    window gauge as (partition by c.id order by b.bucket)
  ) fives
  where fives.bucket >= since and fives.mm is not null
$$;
