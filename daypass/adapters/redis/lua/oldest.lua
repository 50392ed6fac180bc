-- Finds since when the oldest overdue promise of each set is due.
-- KEYS: the set of the names of all sets. ARGV: key of the nameless one. Returns name and time by turns.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local found = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = name == '' and ARGV[1] or ARGV[1] .. ':' .. name
  -- From 1970: what is said to be due before that is no promise of ours.
  local first = redis.pcall('ZRANGEBYSCORE', key, 0, now, 'WITHSCORES', 'LIMIT', 0, 1)
  if first[2] then -- Nothing of a set of another type: it hides no other.
    found[#found + 1] = name
    found[#found + 1] = first[2]
  end
end
return found
