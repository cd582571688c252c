-- Held by the drain's session as long as it lives; an upgrade holds the same lock alone.
select pg_try_advisory_lock_shared(hashtext(current_schema() || '.store'))
