call add_columnstore_policy('reading', after => :afterMs * interval '1 millisecond')
