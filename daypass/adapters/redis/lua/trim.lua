-- Removes the events up to a checkpoint, and the checkpoints before it.
-- KEYS: events, checkpoints, newest removed. ARGV: the checkpoint's last event, the id after it, field, event.

if redis.call('GET', KEYS[3]) == ARGV[1] then
  return 0 -- Ours: only the answer was lost.
end
redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[1])
redis.call('SET', KEYS[3], ARGV[1])
redis.call('XADD', KEYS[1], '*', ARGV[3], ARGV[4])
return 1
