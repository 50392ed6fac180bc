-- Reads the names in lists, but for those that are too long to be any: they may be of many megabytes.
-- KEYS: the lists. ARGV: the longest name, then the command that reads one and what comes after its key.
local every = {}
for n, list in ipairs(KEYS) do
  local found = {}
  for _, name in ipairs(redis.call(ARGV[2], list, unpack(ARGV, 3))) do
    if #name <= tonumber(ARGV[1]) then
      found[#found + 1] = name
    end
  end
  every[n] = found
end
return every
