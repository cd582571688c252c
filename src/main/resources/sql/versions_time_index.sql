-- As raw_time_index, but of the usual kind: corrections do not come in the order in which they replace.
do $$
begin
  if to_regclass('reading_version_by_time') is null then
    create index reading_version_by_time on reading_version (known_to);
  end if;
end
$$
