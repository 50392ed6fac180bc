-- Claims the due promises of one set: they become due again when the claim runs out.
-- KEYS: the set. ARGV: visibility (microseconds), limit. Returns until, then member and score by turns.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local till = string.format('%.0f', now + ARGV[1])
local rows = redis.call(
  'ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'WITHSCORES', 'LIMIT', 0, ARGV[2]
)
for n = 1, #rows, 2 do
  -- Removed first: a script that has made room may write in a Redis that is full, and ends must go on.
  redis.call('ZREM', KEYS[1], rows[n])
  redis.call('ZADD', KEYS[1], till, rows[n])
end
return {till, rows}
