-- Notes that a process is alive now, once a second: whoever keeps time does it ten times, and each write is synced.
-- KEYS: where.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
if not last or now < last or now - last >= 1000000 then
  redis.call('SET', KEYS[1], string.format('%.0f', now))
end
return redis.status_reply('OK')
