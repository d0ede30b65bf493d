--[[
Remembers a record that the log was found to hold as it was counted. Not in a shard that has fallen back below it, or was closed.

KEYS  1 state
ARGV  1 offset, 2 timestamp, 3 digest
]]

local known = redis.call('HMGET', KEYS[1], 'next', 'wrongLog')
if not known[1] or known[2] or tonumber(known[1]) <= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'checkedOffset', ARGV[1], 'checkedTimestamp', ARGV[2], 'checkedDigest', ARGV[3])
return 1
