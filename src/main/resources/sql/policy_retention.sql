select add_retention_policy('reading', drop_after => :keepMs * interval '1 millisecond')
