-- The service's own aggregates make room for the database's, which are made of raw: what raw no longer holds is kept aside, see
-- aggregates/V3. All in one transaction with the level.
drop view reading_5min, reading_1h, reading_1d;
create table reading_5min_past (like reading_5min_kept including all);
create table reading_1h_past (like reading_1h_kept including all);
create table reading_1d_past (like reading_1d_kept including all);
insert into reading_5min_past select * from reading_5min_kept where bucket < (select dropped_before from raw_floor);
insert into reading_1h_past select * from reading_1h_kept where bucket < (select dropped_before from raw_floor);
insert into reading_1d_past select * from reading_1d_kept where bucket < (select dropped_before from raw_floor);
drop table reading_5min_kept, reading_1h_kept, reading_1d_kept, dirty_bucket
