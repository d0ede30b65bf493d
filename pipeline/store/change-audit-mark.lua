--[[
Replaces the audit's mark, unless another audit has left one meanwhile.

KEYS  1 mark
ARGV  1 field `at` of the mark that the new one was made from, empty where there was none; then fields and values in turn
Answer: 1, or 0 where another mark is there
]]

local held = ''
if redis.call('TYPE', KEYS[1]).ok == 'hash' then held = redis.call('HGET', KEYS[1], 'at') or '' end
if held ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
