-- Keeps a cluster's snapshot unless a newer one is there; one from the future is none.
-- KEYS: the hash of snapshots, the sorted set of their times.
-- ARGV: cluster, time, snapshot, how far clocks may differ (microseconds), the time of the one that it was
--   compared with ('': of none), number of commands that come with it, each as a length and its words.
-- Returns 1 where it is kept; 0, and nothing was done, where not.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '-1')
if tonumber(ARGV[2]) <= kept and kept <= now + ARGV[4] then
  return 0
end
if ARGV[5] ~= '' and tonumber(ARGV[5]) ~= kept then
  return 0
end
local at = 6
local commands = {}
for n = 1, tonumber(ARGV[6]) do
  local words = tonumber(ARGV[at + 1])
  commands[n] = {unpack(ARGV, at + 2, at + 1 + words)}
  at = at + 1 + words
end
-- What comes with it first: a trail that takes no event leaves all as it was.
for _, command in ipairs(commands) do
  redis.call(unpack(command))
end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
