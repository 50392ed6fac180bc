-- Counts what is due now. Where nothing is, it notes that a process is alive, once a second:
-- whoever keeps time asks more often, and each write is synced.
-- KEYS: the sets; and where to note it, if ARGV has one word. Returns a number for each set, and in
-- how many microseconds the nearest of them is due, at most a minute.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local counts, quiet = {}, 60000000
for n = 1, #KEYS - #ARGV do
  local count = redis.pcall('ZCOUNT', KEYS[n], '-inf', string.format('%.0f', now)) -- One of another type hides no other.
  counts[n] = type(count) == 'number' and count or 0
  if counts[n] > 0 then
    quiet = 0
  elseif #ARGV == 1 and type(count) == 'number' then
    local first = redis.call('ZRANGE', KEYS[n], 0, 0, 'WITHSCORES')
    quiet = math.min(quiet, first[2] and math.ceil(tonumber(first[2]) - now) or quiet)
  end
end
if #ARGV == 1 and quiet > 0 then
  -- What is no string is nobody's word, and is written over.
  local stored = redis.pcall('GET', KEYS[#KEYS])
  local last = tonumber(type(stored) == 'string' and stored or 0)
  if not last or now < last or now - last >= 1000000 then
    redis.call('SET', KEYS[#KEYS], string.format('%.0f', now))
  end
end
counts[#counts + 1] = quiet
return counts
