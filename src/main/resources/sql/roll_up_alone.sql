-- Two recomputing the same bucket from different snapshots could leave the older one's figures.
select pg_advisory_xact_lock(hashtext(current_schema() || '.dirty_bucket'))
