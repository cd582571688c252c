delete from delivery
where ctid = any (array(
  select ctid from delivery where settled_at < now() - :keepMs * interval '1 millisecond' limit :limit))
