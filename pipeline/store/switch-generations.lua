--[[
Makes other generations the ones that are counted and read, of all named partitions in one step, which ends the switch that was begun. Where
another one is counted than the caller built upon, nothing changes: a fail-over has lost the switch to it, and the shard
that is counted again was never closed.

KEYS  1 topology
ARGV  partition, generation that is counted, and generation that shall be, in turn
Answer: 1, or 0 where nothing was changed
]]

local call = redis.call

local function counted(partition)
  return call('HGET', KEYS[1], 'generation:' .. partition) or call('HGET', KEYS[1], 'generation') or '1'
end

for i = 1, #ARGV, 3 do
  local now = counted(ARGV[i])
  if now ~= ARGV[i + 1] and now ~= ARGV[i + 2] then return 0 end
end
for i = 1, #ARGV, 3 do
  local partition, to = ARGV[i], ARGV[i + 2]
  call('HSET', KEYS[1], 'generation:' .. partition, to)
  call('HDEL', KEYS[1], 'switching:' .. partition)
  -- Another one may be under construction by now.
  if call('HGET', KEYS[1], 'building:' .. partition) == to then
    call('HDEL', KEYS[1], 'building:' .. partition, 'target:' .. partition)
  end
end
return 1
