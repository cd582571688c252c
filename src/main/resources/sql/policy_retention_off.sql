select remove_retention_policy('reading', if_exists => true)
