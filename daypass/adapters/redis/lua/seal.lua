-- Appends a checkpoint if the newest is still the one that it follows.
-- KEYS: checkpoints, head. ARGV: the hash that it follows or '', id, its field, checkpoint, the hash's field, hash.
-- Returns whether it is the newest now: also where only the answer was lost.

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local newest = ''
if last then
  for n = 1, #last[2], 2 do
    if last[2][n] == ARGV[5] then
      newest = last[2][n + 1]
    end
  end
end
if newest ~= ARGV[6] then
  if newest ~= ARGV[1] then
    return 0
  end
  redis.call('XADD', KEYS[1], unpack(ARGV, 2))
end
redis.call('SET', KEYS[2], ARGV[6])
return 1
