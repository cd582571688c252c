-- As raw_time_index, but a B-tree: with BRIN the TimescaleDB test server did not come back from here.
do $$
begin
  if to_regclass('reading_version_by_time') is null then
    create index reading_version_by_time on reading_version (known_to);
  end if;
end
$$
