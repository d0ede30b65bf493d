--[[
Closes a shard whose log is not the one that it counted. Only where `next` is what was compared with the log: a commit since then was
of the log as it is now, and has to be looked at anew.

KEYS  1 state
ARGV  1 next, 2 why
Answer: 1 where the shard is closed now
]]

if redis.call('HGET', KEYS[1], 'next') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'wrongLog', ARGV[2])
return 1
