--[[
Takes, keeps or gives back the lease of a topic's rebuild. It runs out by itself, so that a rebuild that was killed keeps nobody off.

KEYS  1 lease
ARGV  1 owner, 2 milliseconds from now; 0: give it back
Answer: 1 where it is the owner's, else 0
]]

local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
