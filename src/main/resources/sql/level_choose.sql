insert into store_level (level) values (:level) on conflict do nothing
