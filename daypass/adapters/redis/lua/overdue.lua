-- Counts what is due now.
-- KEYS: the sets. Returns a number for each.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local counts = {}
for n, key in ipairs(KEYS) do
  local count = redis.pcall('ZCOUNT', key, '-inf', now) -- One of another type hides no other.
  counts[n] = type(count) == 'number' and count or 0
end
return counts
