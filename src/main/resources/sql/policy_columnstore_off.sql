call remove_columnstore_policy('reading', if_exists => true)
