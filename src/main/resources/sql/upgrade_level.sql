update store_level set level = :level, chosen_at = now()
