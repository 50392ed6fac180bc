-- Reads the names in a list, but for those that are too long to be any: they may be of many megabytes.
-- KEYS: the list. ARGV: the longest name, then the command that reads it and what comes after its key.
local found = {}
for _, name in ipairs(redis.call(ARGV[2], KEYS[1], unpack(ARGV, 3))) do
  if #name <= tonumber(ARGV[1]) then
    found[#found + 1] = name
  end
end
return found
