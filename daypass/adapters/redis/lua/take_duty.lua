-- Gives a duty to who asks, for a while, unless another has it.
-- KEYS: whose it is. ARGV: who asks, milliseconds.

-- What is no string is nobody's word, and is written over.
local holder = redis.pcall('GET', KEYS[1])
if type(holder) == 'string' and holder ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
