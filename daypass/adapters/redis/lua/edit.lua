-- Writes and removes fields of hashes, if whoever asks for it has the duty that this goes with.
-- KEYS: the duty, the hashes.
-- ARGV: holder, then for each field: its hash's place in KEYS, its name, its value (empty: none).

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
for i = 2, #ARGV, 3 do
  local hash = KEYS[tonumber(ARGV[i])]
  if ARGV[i + 2] == '' then
    redis.call('HDEL', hash, ARGV[i + 1])
  else
    redis.call('HSET', hash, ARGV[i + 1], ARGV[i + 2])
  end
end
return 1
