-- Asked first: "if not exists" would lock out the drain each time only to find that it exists.
do $$
begin
  if to_regclass('reading_by_time') is null then
    create index reading_by_time on reading using brin (observed_at);
  end if;
end
$$
