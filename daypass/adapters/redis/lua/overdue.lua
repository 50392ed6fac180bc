-- Counts what is due now.
-- KEYS: the set of the names of all sets. ARGV: key of the nameless one. Returns name and number by turns.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local counts = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = name == '' and ARGV[1] or ARGV[1] .. ':' .. name
  local count = redis.pcall('ZCOUNT', key, '-inf', now) -- One of another type hides no other.
  if type(count) == 'number' and count > 0 then
    counts[#counts + 1] = name
    counts[#counts + 1] = count
  end
end
return counts
