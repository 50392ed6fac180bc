-- One move, all of it or nothing (law 7); or a wake-up alone.
-- KEYS: the values, then the owners of the emails.
-- ARGV: move, number of values, the version that each was read at (below zero: whatever is there),
--   what keys of accounts begin with, account and email for each owner,
--   '1' where it is urgent, else '0', number of events, each as a command, a length and its words, number of other commands,
--   number of wake-ups, each as: when (microseconds), flag, queue, job, commands as above.
-- Returns what happened ('' committed, 'done' committed before, else a sentence), the number of wake-ups,
-- and why the trail took no event ('' where it did): nothing else happened then, unless it is urgent.

local at = 0
local function take()
  at = at + 1
  return ARGV[at]
end
local function run(call)
  local failed = nil
  for _ = 1, tonumber(take()) do
    local words = tonumber(take())
    local answer = call(unpack(ARGV, at + 1, at + words))
    failed = type(answer) == 'table' and answer.err and answer or failed
    at = at + words
  end
  return failed
end
local function skip()
  for _ = 1, tonumber(take()) do
    local words = tonumber(take())
    at = at + words
  end
end

-- What is no string, or no object, is as good as not there: whoever wrote it must not stop what comes after.
local function get(key)
  local stored = redis.pcall('GET', key)
  if type(stored) == 'table' then
    return not string.match(stored.err, '^WRONGTYPE') and redis.call('GET', key) -- Raises the same.
  end
  return stored
end
local function read(key)
  local stored = get(key)
  local readable, value = pcall(cjson.decode, stored or '')
  return readable and type(value) == 'table' and value or nil
end

local move = take()
local values = tonumber(take())
local conflict = nil
for n = 1, values do
  local read_at = tonumber(take())
  local version, by = 0, ''
  local value = read(KEYS[n])
  if value then
    version, by = value.version, value.move
  end
  if version == math.max(read_at, 0) + 1 and by == move then
    return {'done', 0, ''} -- Ours: only the answer was lost.
  end
  if version ~= read_at and read_at >= 0 then
    conflict = KEYS[n] .. ' was read at ' .. read_at .. ' and is at ' .. tostring(version) .. ' now'
  end
end
local person = take()
for n = values + 1, #KEYS do
  local account, email = take(), take()
  local owner = get(KEYS[n])
  -- What is no account's id owns nothing.
  local other = owner and owner ~= account and string.match(owner, '^[UW][A-Z0-9][A-Z0-9]+$') and #owner <= 21
  local pin = other and read(person .. owner)
  if pin and pin.email == email then
    conflict = KEYS[n] .. ' belongs to another account'
  end
end
if conflict then
  return {conflict, 0, ''}
end

local urgent = take() == '1'
local events = at
local failed = run(redis.pcall)
if failed and not urgent then
  -- What Redis takes of nobody just now, for it is full, say, is no matter of the trail.
  local its = string.match(failed.err, '^ERR') or string.match(failed.err, '^WRONGTYPE')
  return its and {'', 0, failed.err} or failed
end

-- A move is its values and events. Rows and lists only say where to look, and looks put them right:
-- one that somebody made another type neither stops it nor makes a failure of what is stored.
local function write(...)
  local answer = redis.pcall(...)
  local other = type(answer) == 'table' and answer.err and not string.match(answer.err, '^WRONGTYPE')
  return other and redis.call(...) or answer -- Raises the same.
end
run(write)
if failed then
  -- A script that has written may write in a Redis that is full.
  local after = at
  at = events
  failed = run(redis.pcall)
  at = after
end
local untold = failed and failed.err or ''

local time = redis.call('TIME')
-- Whoever says "now" may be a hair ahead of us; no worker starts within a millisecond.
local soon = time[1] * 1000000 + time[2] + 1000
local woken = 0
for _ = 1, tonumber(take()) do
  local when, flag, queue, job = tonumber(take()), take(), take(), take()
  -- Whatever somebody made of flag or queue: the move is made, and whoever works there is woken later.
  local last = redis.pcall('GET', flag)
  local waits = type(last) == 'string' and redis.pcall('LPOS', queue, last)
  -- A job that is still in its queue has not started: it will see what is due when it does.
  if when <= soon and type(waits) ~= 'number' then
    local lost = run(redis.pcall)
    redis.pcall('SET', flag, job)
    woken = woken + (lost and 0 or 1)
  else
    skip()
  end
end
return {'', woken, untold}
