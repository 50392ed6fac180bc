-- Claims the due promises of one set, in shares: they become due again when the claim runs out.
-- KEYS: the set. ARGV: visibility (microseconds), for how long what is nobody's is left (microseconds),
--   the longest name of a subject, whose set it is, the number of shares, of each how many at most, the number of its
--   kinds, and these (none: all); then all kinds that anybody sees to.
-- Returns until, then member and score by turns, share by share, none after a full one, then some of what was nobody's
-- and is taken away.

local at = 0
local function take()
  at = at + 1
  return ARGV[at]
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local till = string.format('%.0f', now + take())
local left_until, longest, keeper = now - take(), tonumber(take()), take()
local shares, of, of_any, known, size = {}, {}, nil, {}, 1
for n = 1, tonumber(take()) do
  local share = {most = tonumber(take()), rows = {}}
  local kinds = tonumber(take())
  for _ = 1, kinds do
    of[take()] = share
  end
  of_any = kinds == 0 and share or of_any
  shares[n] = share
  size = math.max(size, share.most)
end
for n = at + 1, #ARGV do
  known[ARGV[n]] = true
end
local function full(share)
  return #share.rows >= 2 * share.most
end

-- Whose share a row goes into, and whether it is nobody's: of no kind that anybody sees to, or of what may be no name.
-- One that no share wants now is read no further: in a burst hundreds of those stand before what is, each time.
local function read(row, score)
  local ends = string.find(row, ':', 1, true)
  local kind = ends and string.sub(row, 1, ends - 1)
  local share = known[kind] and (of[kind] or of_any)
  if known[kind] and (not share or full(share)) then
    return nil, false
  end
  local subject = ends and string.sub(row, ends + 1)
  local named = subject and #subject <= longest and not string.find(subject, '[^%w@._:-]')
  -- A look is at the cluster whose set it is, and what is old is forgotten for nobody in particular: thousands of
  -- others would stand before those.
  named = named and (kind ~= 'reconcile' or subject == keeper) and (kind ~= 'retain' or subject == '')
  return named and share, not (named and known[kind]) and (not named or tonumber(score) < left_until)
end

local odd, from, open = {}, 0, #shares
repeat
  -- Page by page: what is wanted may be due behind thousands of others.
  local page = redis.call(
    'ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'WITHSCORES', 'LIMIT', from, size
  )
  for n = 1, #page, 2 do
    local share, nobodys = read(page[n], page[n + 1])
    if share then
      share.rows[#share.rows + 1] = page[n]
      share.rows[#share.rows + 1] = page[n + 1]
      open = full(share) and open - 1 or open
    elseif nobodys then
      odd[#odd + 1] = page[n]
    end
  end
  local last = #page < 2 * size
  from, size = from + size, math.min(2 * size, 1000)
until last or open == 0 or full(shares[1])

-- Removed first: a script that has made room may write in a Redis that is full, and ends must go on.
local said = {}
for n, row in ipairs(odd) do
  redis.call('ZREM', KEYS[1], row)
  said[n] = n <= 3 and string.sub(row, 1, 64) or nil
end
local rows = {}
for _, share in ipairs(shares) do
  for n = 1, #share.rows, 2 do
    redis.call('ZREM', KEYS[1], share.rows[n])
    redis.call('ZADD', KEYS[1], till, share.rows[n])
    rows[#rows + 1] = share.rows[n]
    rows[#rows + 1] = share.rows[n + 1]
  end
  if full(share) then
    break
  end
end
return {till, rows, said}
