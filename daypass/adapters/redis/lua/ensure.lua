-- Makes sure that rows stand and are not too late: they only come nearer.
-- KEYS: the set of the names of all sets, then the set of each row.
-- ARGV: how late a row may be (microseconds), then of each row its set's name, moment and member.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for n = 2, #KEYS do
  local name, at, row = ARGV[3 * n - 4], ARGV[3 * n - 3], ARGV[3 * n - 2]
  local score = redis.call('ZSCORE', KEYS[n], row)
  if not score or tonumber(score) > math.max(tonumber(at), now) + ARGV[1] then
    redis.call('ZADD', KEYS[n], at, row)
  end
  if redis.call('SISMEMBER', KEYS[1], name) == 0 then
    redis.call('SADD', KEYS[1], name)
  end
end
return redis.status_reply('OK')
