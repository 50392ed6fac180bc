-- Makes sure that rows stand and are not too late: they only come nearer.
-- KEYS: the set of each row. ARGV: how late a row may be (microseconds), then of each its moment and member.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for n, key in ipairs(KEYS) do
  local at, row = ARGV[2 * n], ARGV[2 * n + 1]
  local score = redis.call('ZSCORE', key, row)
  if not score or tonumber(score) > math.max(tonumber(at), now) + ARGV[1] then
    redis.call('ZADD', key, at, row)
  end
end
return redis.status_reply('OK')
