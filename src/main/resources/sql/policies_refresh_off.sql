select remove_continuous_aggregate_policy(cagg, if_exists => true)
from unnest(array['reading_5min_kept', 'reading_1h_kept', 'reading_1d_kept']::regclass[]) cagg
