-- Held by the drain's session as long as it lives; an upgrade holds the same lock alone. By the search path, as the schema itself may not be there yet.
select pg_try_advisory_lock_shared(hashtext(current_setting('search_path') || '.store'))
