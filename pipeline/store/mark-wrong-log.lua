--[[
Closes a shard whose log is not the one that it counted. Only where what was compared with the log still stands: `next`, or the record
that was checked before. A commit moves the first alone, a repair the second alone.

KEYS  1 state
ARGV  1 `next` or `checkedOffset`, 2 its value, 3 why
Answer: 1 where the shard is closed now
]]

if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'wrongLog', ARGV[3])
return 1
