-- Claims the due promises of one set: they become due again when the claim runs out.
-- KEYS: the set. ARGV: visibility (microseconds), limit, for how long what is nobody's is left (microseconds),
--   the longest name of a subject, whose set it is, the number of kinds that are wanted, these (none: all), then all that anybody sees to.
-- Returns until, then member and score by turns, then some of what was nobody's and is taken away.

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local till = string.format('%.0f', now + ARGV[1])
local most, left_until, longest = tonumber(ARGV[2]), now - ARGV[3], tonumber(ARGV[4])
local wanted, known, first = {}, {}, 7 + ARGV[6]
for n = 7, #ARGV do
  known[ARGV[n]] = true
  wanted[ARGV[n]] = wanted[ARGV[n]] or n < first or first == 7
end

-- What a row is: of a kind that anybody sees to, and of something that may be a name. One of a kind that is not
-- wanted now is read no further: in a burst hundreds of those stand before what is, each time.
local function read(row)
  local ends = string.find(row, ':', 1, true)
  local kind = ends and string.sub(row, 1, ends - 1)
  if known[kind] and not wanted[kind] then
    return kind, true, true
  end
  local subject = ends and string.sub(row, ends + 1)
  local named = subject and #subject <= longest and not string.find(subject, '[^%w@._:-]')
  -- A look is at the cluster whose set it is, and what is old is forgotten for nobody in particular: thousands of
  -- others would stand before those.
  named = named and (kind ~= 'reconcile' or subject == ARGV[5]) and (kind ~= 'retain' or subject == '')
  return kind, named and known[kind], named
end

local rows, odd, from, size = {}, {}, 0, most
repeat
  -- Page by page: what is wanted may be due behind thousands of others.
  local page = redis.call(
    'ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'WITHSCORES', 'LIMIT', from, size
  )
  for n = 1, #page, 2 do
    local kind, ours, named = read(page[n])
    if ours and wanted[kind] and #rows < 2 * most then
      rows[#rows + 1] = page[n]
      rows[#rows + 1] = page[n + 1]
    elseif not ours and (not named or tonumber(page[n + 1]) < left_until) then
      odd[#odd + 1] = page[n]
    end
  end
  local last = #page < 2 * size
  from, size = from + size, math.min(2 * size, 1000)
until last or #rows >= 2 * most

-- Removed first: a script that has made room may write in a Redis that is full, and ends must go on.
local said = {}
for n, row in ipairs(odd) do
  redis.call('ZREM', KEYS[1], row)
  said[n] = n <= 3 and string.sub(row, 1, 64) or nil
end
for n = 1, #rows, 2 do
  redis.call('ZREM', KEYS[1], rows[n])
  redis.call('ZADD', KEYS[1], till, rows[n])
end
return {till, rows, said}
