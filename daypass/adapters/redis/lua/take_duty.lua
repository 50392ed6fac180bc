-- Gives a duty to who asks, for a while, unless another has it.
-- KEYS: whose it is. ARGV: who asks, milliseconds.

-- What is no string is nobody's word, and is written over; so is what ends never, or later than
-- any holder of ours says. Under rights without PTTL it is held.
local holder, left = redis.pcall('GET', KEYS[1]), redis.pcall('PTTL', KEYS[1])
local held = type(left) ~= 'number' or (left >= 0 and left <= tonumber(ARGV[2]))
if type(holder) == 'string' and holder ~= ARGV[1] and held then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
