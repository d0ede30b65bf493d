--[[
Makes readers see a partition. Programs announce at the same time, so the larger count must win.

KEYS  1 topology
ARGV  1 partition count that holds the partition
]]

local seen = tonumber(redis.call('HGET', KEYS[1], 'partitions') or '0')
if tonumber(ARGV[1]) > seen then redis.call('HSET', KEYS[1], 'partitions', ARGV[1]) end
return 1
