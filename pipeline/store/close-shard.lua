--[[
Closes a shard, which answers `moved` from then on, or opens it again.

KEYS  1 state
ARGV  1 schema version, 2 generation that the partition is moved to; empty: open it again
Answer: next
]]

local call = redis.call
local known = call('HMGET', KEYS[1], 'schema', 'next')
if known[1] and known[1] ~= ARGV[1] then
  return redis.error_reply('CORRUPT schema version ' .. known[1] .. ', expected ' .. ARGV[1])
end
if ARGV[2] == '' then
  call('HDEL', KEYS[1], 'moved')
  return tonumber(known[2] or '0')
end
if not known[2] then call('HSET', KEYS[1], 'schema', ARGV[1], 'start', '0', 'next', '0') end
call('HSET', KEYS[1], 'moved', ARGV[2])
return tonumber(known[2] or '0')
