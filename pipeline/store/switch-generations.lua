--[[
Makes other generations the ones that are counted and read, of all named partitions in one step, which ends the switch that was begun.

KEYS  1 topology
ARGV  partition and generation in turn
]]

local call = redis.call
for i = 1, #ARGV, 2 do
  call('HSET', KEYS[1], 'generation:' .. ARGV[i], ARGV[i + 1])
  call('HDEL', KEYS[1], 'switching:' .. ARGV[i])
  -- Another one may be under construction by now.
  if call('HGET', KEYS[1], 'building:' .. ARGV[i]) == ARGV[i + 1] then
    call('HDEL', KEYS[1], 'building:' .. ARGV[i], 'target:' .. ARGV[i])
  end
end
return #ARGV / 2
