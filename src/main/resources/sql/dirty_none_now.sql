-- Until the transaction ends; waits for those that mark already.
lock table dirty_bucket in share row exclusive mode
