--[[
Closes a shard, which answers `moved` from then on, or opens it again.

KEYS  1 state
ARGV  1 schema version, 2 generation that the partition is moved to; empty: open it again
Answer: next
]]

local call = redis.call
-- Of whichever layout: one that this code cannot read is closed like any other.
local next = call('HGET', KEYS[1], 'next')
if ARGV[2] == '' then
  call('HDEL', KEYS[1], 'moved')
  return tonumber(next or '0')
end
if not next then call('HSET', KEYS[1], 'schema', ARGV[1], 'start', '0', 'next', '0') end
call('HSET', KEYS[1], 'moved', ARGV[2])
return tonumber(next or '0')
