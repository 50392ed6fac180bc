-- Removes values that are over, all or none.
-- KEYS: events, the values. ARGV: the version of each, field, event, number of commands, each as a length and its words.
-- Returns '' or what is no longer as it was read.

local there = 0
for n = 2, #KEYS do
  local stored = redis.call('GET', KEYS[n])
  if stored then
    there = there + 1
    if cjson.decode(stored).version ~= tonumber(ARGV[n - 1]) then
      return KEYS[n] .. ' was moved meanwhile'
    end
  end
end
if there == 0 then
  return '' -- Ours: only the answer was lost.
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
return ''
