select level from store_level
