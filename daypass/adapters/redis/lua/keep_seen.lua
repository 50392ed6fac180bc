-- Keeps a cluster's snapshot unless a newer one is there; one from the future is none.
-- KEYS: the hash of snapshots, the sorted set of their times.
-- ARGV: cluster, time, snapshot, how far clocks may differ (microseconds).

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '-1')
if tonumber(ARGV[2]) > kept or kept > now + ARGV[4] then
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
