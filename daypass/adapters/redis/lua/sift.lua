-- Takes away due rows of a set that are about leases of which nothing is to be done there: what is not stored,
-- is over, or is another cluster's. What cannot be read stays, and so does a last look at what is over.
-- KEYS: the set. ARGV: what keys of leases begin with, the cluster, how many of the rows that are due are passed over,
--   how many are looked at, the longest value that is read, then the kinds that are about leases.
-- Returns how many were looked at, and how many of those were taken away.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local about = {}
for n = 6, #ARGV do
  about[ARGV[n]] = true
end

local function is_nothing(kind, name)
  local length = redis.pcall('STRLEN', name)
  if type(length) ~= 'number' or length > tonumber(ARGV[5]) then
    return false -- Of another type, or too long to be ours: damaged.
  end
  local stored = redis.call('GET', name)
  if not stored then
    return true
  end
  local readable, value = pcall(cjson.decode, stored)
  if not readable or type(value) ~= 'table' or type(value.cluster) ~= 'string' then
    return false
  end
  return (value.state == 'ended' and kind ~= 'recheck') or value.cluster ~= ARGV[2]
end

local rows = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', ARGV[3], ARGV[4])
local gone = 0
for _, row in ipairs(rows) do
  local kind, subject = string.match(row, '^([^:]*):(.*)$')
  if about[kind] and is_nothing(kind, ARGV[1] .. subject) then
    redis.call('ZREM', KEYS[1], row)
    gone = gone + 1
  end
end
return {#rows, gone}
