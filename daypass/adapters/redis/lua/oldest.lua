-- Finds since when the oldest overdue promise of each set is due.
-- KEYS: the set of the names of all sets. ARGV: key of the nameless one. Returns name and time by turns.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local found = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = name == '' and ARGV[1] or ARGV[1] .. ':' .. name
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if first[2] and tonumber(first[2]) <= now then
    found[#found + 1] = name
    found[#found + 1] = first[2]
  end
end
return found
