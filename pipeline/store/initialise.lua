--[[
Makes a shard that starts where the log starts, unless it exists. Repair alone calls it: a shard that is made by a commit
starts at offset 0.

KEYS  1 state
ARGV  1 schema version, 2 start, 3 log time
]]

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'schema', ARGV[1], 'start', ARGV[2], 'next', ARGV[2], 'logTime', ARGV[3], 'startedAt', ARGV[3])
return 1
