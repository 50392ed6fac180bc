-- Makes due now what was put off by a little.
-- KEYS: the set. ARGV: by how much at most (microseconds), then the kinds. Returns how many rows.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local from, to = string.format('(%.0f', now), string.format('%.0f', now + ARGV[1])
local kinds = {}
for n = 2, #ARGV do
  kinds[ARGV[n]] = true
end
local count = 0
for _, row in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], from, to)) do
  if kinds[string.match(row, '^[^:]+')] then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now), row)
    count = count + 1
  end
end
return count
