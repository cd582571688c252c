select pg_advisory_unlock(hashtext(current_setting('search_path') || '.store'))
