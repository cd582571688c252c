select record from transition where alert_id = :alert order by number
