delete from reading_version
where ctid = any (array(
  select ctid from reading_version where known_to < now() - :keepMs * interval '1 millisecond' limit :limit))
