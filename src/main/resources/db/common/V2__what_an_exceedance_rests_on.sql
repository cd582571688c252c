-- possible: not sure to be exceeded, as told at its beginning until it is confirmed.
-- out_of_service: its sensor was, at any of what was told of it; such an exceedance raised nothing.
alter table exceedance add column possible boolean not null default false;
alter table exceedance add column out_of_service boolean not null default false;
