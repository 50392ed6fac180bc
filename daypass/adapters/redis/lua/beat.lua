-- Notes that a process is alive now. KEYS: where.

local time = redis.call('TIME')
return redis.call('SET', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]))
