-- Claims the due promises of one set: they become due again when the claim runs out.
-- KEYS: the set. ARGV: visibility (microseconds), limit, then the kinds (none: all).
-- Returns until, then member and score by turns.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local till = string.format('%.0f', now + ARGV[1])
local most = tonumber(ARGV[2])
local kinds = {}
for n = 3, #ARGV do
  kinds[ARGV[n]] = true
end

local rows, from, size = {}, 0, most
repeat
  -- Page by page: what is wanted may be due behind thousands of others.
  local page = redis.call(
    'ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'WITHSCORES', 'LIMIT', from, size
  )
  for n = 1, #page, 2 do
    if #rows < 2 * most and (#ARGV == 2 or kinds[string.match(page[n], '^[^:]*')]) then
      rows[#rows + 1] = page[n]
      rows[#rows + 1] = page[n + 1]
    end
  end
  local last = #page < 2 * size
  from, size = from + size, math.min(2 * size, 1000)
until last or #rows >= 2 * most

for n = 1, #rows, 2 do
  -- Removed first: a script that has made room may write in a Redis that is full, and ends must go on.
  redis.call('ZREM', KEYS[1], rows[n])
  redis.call('ZADD', KEYS[1], till, rows[n])
end
return {till, rows}
