-- Takes away due rows of a set that are about nothing: of leases what is not stored, is over, or is another cluster's;
-- of people who hold none; of requests what is not stored, or does not wait. What cannot be read stays, and so does a
-- last look at what is over.
-- KEYS: the set. ARGV: what keys of leases begin with, what lists of those that a person holds, what keys of requests,
--   whose set it is, how many of the rows that are due are passed over, how many are looked at, the longest value that
--   is read, the longest list, how many bytes are read, what a look costs besides, then the kinds that are sifted.
-- Returns how many were looked at, how many of those were taken away, and 1 where there may be more.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local about = {}
for n = 11, #ARGV do
  about[ARGV[n]] = true
end
local spent, most = 0, tonumber(ARGV[9])

-- The value of that name; nil where none is stored, false where it is damaged.
local function read(name)
  local length = redis.pcall('STRLEN', name)
  if type(length) ~= 'number' or length > tonumber(ARGV[7]) then
    return false -- Of another type, or too long to be ours.
  end
  spent = spent + length + ARGV[10]
  local stored = redis.call('GET', name)
  if not stored then
    return nil
  end
  local readable, value = pcall(cjson.decode, stored)
  return readable and type(value) == 'table' and type(value.state) == 'string' and value
end
local function lease(name)
  local found = read(ARGV[1] .. name)
  if found and type(found.cluster) ~= 'string' then
    return false
  end
  return found
end

local function is_nobody(person)
  local list = ARGV[2] .. person
  local count = redis.pcall('SCARD', list)
  if type(count) ~= 'number' or count > tonumber(ARGV[8]) then
    return false
  end
  local before = spent
  for _, name in ipairs(redis.call('SMEMBERS', list)) do
    if spent - before > most then
      return false -- Longer than what anybody holds: everybody waits for this.
    end
    local found = lease(name)
    local other = found and type(found.holder) == 'table' and found.holder.id ~= person
    if found == false or (found and found.state ~= 'ended' and not other) then
      return false
    end
  end
  return true
end

local function is_nothing(kind, subject)
  if kind == 'holder' then
    return is_nobody(subject)
  elseif kind == 'lapse' then
    local asked = read(ARGV[3] .. subject)
    return asked == nil or (asked and asked.state ~= 'pending')
  end
  local found = lease(subject)
  local elsewhere = found and found.cluster ~= ARGV[4]
  return found == nil or elsewhere or (found and found.state == 'ended' and kind ~= 'recheck')
end

local rows = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', ARGV[5], ARGV[6])
local gone = 0
for n, row in ipairs(rows) do
  if spent > most then
    return {n - 1, gone, 1}
  end
  local kind, subject = string.match(row, '^([^:]*):(.*)$')
  if about[kind] and is_nothing(kind, subject) then
    redis.call('ZREM', KEYS[1], row)
    gone = gone + 1
  end
end
return {#rows, gone, #rows == tonumber(ARGV[6]) and 1 or 0}
