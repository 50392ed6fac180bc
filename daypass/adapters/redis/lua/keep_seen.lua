-- Keeps a cluster's snapshot unless a newer one is there.
-- KEYS: the hash of snapshots, the sorted set of their times. ARGV: cluster, time, snapshot.

if redis.call('ZADD', KEYS[2], 'GT', 'CH', ARGV[2], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
