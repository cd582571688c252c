select count(*) from reading
