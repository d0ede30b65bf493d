--[[
Moves `next` over offsets that hold no record, without counting. One write, so it cannot break off half-way.

KEYS  1 state
ARGV  1 from, 2 to, 3 the ledger's term: empty or lost, 4 `1`: also in a shard that was moved
Answer: { outcome, next }, { 'moved', next, generation }
]]

local known = redis.call('HMGET', KEYS[1], 'next', 'torn', ARGV[3], 'moved', 'wrongLog')
if not known[1] then return { 'behind', 0 } end
local next, from, to = tonumber(known[1]), tonumber(ARGV[1]), tonumber(ARGV[2])
if known[4] and ARGV[4] ~= '1' then return { 'moved', next, tonumber(known[4]) } end
if known[2] then return { 'torn', next } end
if known[5] then return { 'wrong_log', next } end
if to <= next then return { 'duplicate', next } end
if from < next then return { 'overlap', next } end
if from > next then return { 'behind', next } end
local passed = string.format('%.0f', tonumber(known[3] or '0') + to - from)
redis.call('HSET', KEYS[1], 'next', ARGV[2], ARGV[3], passed)
return { 'applied', to }
