select pg_try_advisory_lock(hashtext(current_setting('search_path') || '.store'))
