-- Finishes or postpones a claimed promise, unless a move has rescored it since.
-- KEYS: the set. ARGV: member, the score it was claimed to, the new score or '' to remove it.

local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZREM', KEYS[1], ARGV[1]) -- First, as in claim.lua.
if ARGV[3] ~= '' then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
return 1
