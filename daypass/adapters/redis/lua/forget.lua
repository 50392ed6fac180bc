-- Removes values that are over, all or none.
-- KEYS: events, the values. ARGV: the version of each, field, event, number of commands, each as a length and its words.
-- Returns which of the values are no longer as they were read, counted from 0: then nothing was done.

local there, moved = 0, {}
for n = 2, #KEYS do
  local stored = redis.call('GET', KEYS[n])
  if stored then
    there = there + 1
    local readable, value = pcall(cjson.decode, stored)
    if not readable or type(value) ~= 'table' or value.version ~= tonumber(ARGV[n - 1]) then
      moved[#moved + 1] = n - 2
    end
  end
end
if there == 0 or #moved > 0 then
  return moved -- None is there: ours, only the answer was lost.
end
local at = #KEYS
-- Removes nothing, but lets the rest run in a Redis that is full: it is about to become emptier.
redis.call('XTRIM', KEYS[1], 'MINID', '0')
redis.call('XADD', KEYS[1], '*', ARGV[at], ARGV[at + 1])
for n = 2, #KEYS do
  redis.call('DEL', KEYS[n])
end
at = at + 2
for _ = 1, tonumber(ARGV[at]) do
  local words = tonumber(ARGV[at + 1])
  redis.call(unpack(ARGV, at + 2, at + 1 + words))
  at = at + 1 + words
end
return moved
