-- Finds since when the oldest overdue promise of each set is due.
-- KEYS: the sets. Returns a time for each, '' where nothing is due.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local found = {}
for n, key in ipairs(KEYS) do
  -- From 1970: what is said to be due before that is no promise of ours.
  local first = redis.pcall('ZRANGEBYSCORE', key, 0, now, 'WITHSCORES', 'LIMIT', 0, 1)
  found[n] = first[2] or '' -- Nothing of a set of another type: it hides no other.
end
return found
