-- Notes that a process is alive now, once a second: whoever keeps time does it ten times, and each write is synced.
-- KEYS: where.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
-- What is no string is nobody's word, and is written over.
local stored = redis.pcall('GET', KEYS[1])
local last = tonumber(type(stored) == 'string' and stored or 0)
if not last or now < last or now - last >= 1000000 then
  redis.call('SET', KEYS[1], string.format('%.0f', now))
end
return redis.status_reply('OK')
