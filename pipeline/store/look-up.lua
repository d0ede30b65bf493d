--[[
Tells what folding must know of a shard, in one round trip and one instant: progress, log time, sites, which identities are
marked, and what is first in the due index. Changes nothing.

KEYS  1 state, 2 due index, 3 sites; then the sets of marks by slice, oldest first
ARGV  1 schema version, 2 digests of the identities, 16 bytes each, 3 members of the due index at most
Answer: { next or false, torn or false, log time, sites, places, due, generation that the shard was moved to or false,
          why the log is another one or false, { offset, timestamp, digest of the newest record } or false each, the same of the one that repair
          has checked }
        places: a byte for each identity: 0 not marked, else the place (1 first) of the newest slice that holds it
]]

local call = redis.call
local known = call('HMGET', KEYS[1], 'schema', 'next', 'torn', 'logTime', 'moved', 'wrongLog', 'lastOffset', 'lastTimestamp', 'lastDigest',
  'checkedOffset', 'checkedTimestamp', 'checkedDigest')
if known[1] and known[1] ~= ARGV[1] and known[1] ~= '1' then
  return redis.error_reply('CORRUPT schema version ' .. known[1] .. ', expected ' .. ARGV[1] .. ': rebuild it (docs/runbook.md)')
end
local logTime = known[4] or '0'

local digests = {}
for at = 1, #ARGV[2], 16 do digests[#digests + 1] = string.sub(ARGV[2], at, at + 15) end

local places = {}
for i = 1, #digests do places[i] = 0 end
for slice = 4, #KEYS do
  if #digests > 0 and call('EXISTS', KEYS[slice]) == 1 then
    for from = 1, #digests, 1000 do
      local marked = call('SMISMEMBER', KEYS[slice], unpack(digests, from, math.min(from + 999, #digests)))
      for i, is in ipairs(marked) do
        if is == 1 then places[from + i - 1] = slice - 3 end
      end
    end
  end
end
local bytes = {}
for i = 1, #places, 1000 do
  bytes[#bytes + 1] = string.char(unpack(places, i, math.min(i + 999, #places)))
end

-- Also what is not due yet: which of them are is known only to the commit, by the log time that its run ends at.
local due = call('ZRANGE', KEYS[2], 0, tonumber(ARGV[3]) - 1, 'WITHSCORES')
return { known[2] or false, known[3] or false, logTime, call('SMEMBERS', KEYS[3]), table.concat(bytes), due, known[5] or false,
  known[6] or false, { known[7] or false, known[8] or false, known[9] or false },
  { known[10] or false, known[11] or false, known[12] or false } }
