--[[
Commits one run of offsets to its shard: counts and progress change here together, or not at all.

Here it is decided that a run is a duplicate: by its offsets against `next`, before anything else is looked at. So it does not
matter how often, by whom or in what pieces a run is delivered.

Lua has no roll-back. Therefore the payload is decoded, and offsets, schema, the types of all keys and the increments of
counts and dimensions are checked first; then the first write sets `torn`, and is one that Redis refuses when it is out of
memory (nothing has changed then); the last write clears it. A shard that is found torn broke off in between (a stored count
that is no number, a fault of this script, or of the machine) and takes no commits until it is rebuilt.

`torn` alone does not do. An append-only file that is cut in the middle of these writes may hand their beginning, at a later start, to
the transaction behind it (https://github.com/valkey-io/valkey/pull/4342), which clears `torn`. So the ledger's terms are written
before any count: whatever else of a run is there twice, they are too, and then do not add up to the offsets. That is looked at first.

No key gets a time to live: a policy that evicts would take the least-read history first. What is due is handed in.

A shard that was moved to another generation is closed: whoever still has it in mind is sent there. Only what fills the past of a
shard that will be opened again says so, and gets in.

KEYS  1 state, 2 due index, 3 sites, 4 rejects, 5 latency, 6 unprocessable; then whatever the payload names by its place
ARGV  1 schema version, 2 first offset, 3 one past the last offset, 4 payload (MessagePack; encode-roll-up.ts has its
      shape), 5 digests of marks, 16 bytes each, 6 `1`: also into a shard that was moved;
      then of the run's last record, or nothing: 7 offset, 8 timestamp, 9 digest of its value
Answer: { outcome, next }, { 'moved', next, generation }. Errors: CORRUPT where the shard is not what this script writes, REFUSED
        where the payload is not what it can apply; nothing has been written then.
]]

local call = redis.call
local state = KEYS[1]
local first, past = tonumber(ARGV[2]), tonumber(ARGV[3])

local held = call('TYPE', state).ok
if held ~= 'hash' and held ~= 'none' then return redis.error_reply('CORRUPT state is a ' .. held) end
local known = call('HMGET', state, 'schema', 'next', 'torn', 'logTime', 'moved', 'wrongLog', 'checkedOffset')
local next = tonumber(known[2] or '0')
-- keys.ts, SCHEMA_VERSIONS_READ: a shard of version 1 becomes one of this.
if known[1] and known[1] ~= ARGV[1] and known[1] ~= '1' then
  return redis.error_reply('CORRUPT schema version ' .. known[1] .. ', expected ' .. ARGV[1] .. ': rebuild it (docs/runbook.md)')
end
if not next or not tonumber(known[4] or '0') or not first or not past or first % 1 ~= 0 or past <= first then
  return redis.error_reply('CORRUPT next, log time, first or last offset is no number')
end

if known[5] and ARGV[6] ~= '1' then return { 'moved', next, tonumber(known[5]) } end
if known[3] then return { 'torn', next } end
if known[6] then return { 'wrong_log', next } end
if past <= next then return { 'duplicate', next } end
if first < next then return { 'overlap', next } end
if first > next then return { 'behind', next } end

local terms = {
  counted = true, bots = true, heartbeats = true, summaries = true, duplicates = true, empty = true, lost = true,
}

local function addsUp()
  local fields, sum = call('HGETALL', state), 0
  for i = 1, #fields, 2 do
    local name = fields[i]
    local isTerm = terms[name] or name == 'start' or string.sub(name, 1, 9) == 'rejected:'
    if isTerm then sum = sum + (tonumber(fields[i + 1]) or 0) end
  end
  return sum == next
end

if known[2] and not addsUp() then
  call('HSET', state, 'torn', '1')
  return { 'torn', next }
end

-- Decode and check: nothing has been written yet.

local p = cmsgpack.unpack(ARGV[4])
local limits = p.limits
local logTime = math.max(p.logTime, tonumber(known[4] or '0'))

local function text(n)
  return string.format('%.0f', n)
end

local function isWhole(n)
  return type(n) == 'number' and n % 1 == 0
end

-- Whether every second entry of the list, from the place on, is a whole number.
local function areWhole(list, from)
  for i = from, #list, 2 do
    if not isWhole(list[i]) then return false end
  end
  return true
end

for i = 7, #KEYS do
  local expected, found = p.types[i - 6], call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= expected then
    return redis.error_reply('CORRUPT ' .. KEYS[i] .. ' is a ' .. found .. ', expected ' .. expected)
  end
  if found == 'string' and call('GETRANGE', KEYS[i], 0, 3) ~= 'HYLL' then
    return redis.error_reply('CORRUPT ' .. KEYS[i] .. ' is no HyperLogLog')
  end
end
for i, expected in ipairs({ 'zset', 'set', 'list', 'hash', 'set' }) do
  local found = call('TYPE', KEYS[i + 1]).ok
  if found ~= 'none' and found ~= expected then
    return redis.error_reply('CORRUPT ' .. KEYS[i + 1] .. ' is a ' .. found .. ', expected ' .. expected)
  end
end
local whole = areWhole(p.ledger, 2) and areWhole(p.latency, 2) and areWhole(p.largest, 2) and areWhole(p.dueNew, 1)
whole = whole and isWhole(p.startedAt) and isWhole(p.logTime)
for _, counts in ipairs(p.counts) do whole = whole and isWhole(counts[3]) and areWhole(counts, 5) end
for _, seconds in ipairs(p.seconds) do whole = whole and areWhole(seconds, 2) and areWhole(seconds, 3) end
for _, live in ipairs(p.live) do
  for i = 3, #live do whole = whole and isWhole(live[i]) end
  whole = whole and (not live[3] or p.visitors[live[3] + #live - 3])
end
for _, feed in ipairs(p.feed) do whole = whole and areWhole(feed, 2) end
for _, step in ipairs(p.due) do whole = whole and (not step.next or isWhole(step.next)) end
for _, dims in ipairs(p.dims) do
  for i = 3, #dims, 2 do
    for j = 1, #dims[i + 1], 2 do
      whole = whole and p.strings[dims[i + 1][j]] and isWhole(dims[i + 1][j + 1])
    end
  end
end
local marked = 0
for _, slice in ipairs(p.marks) do
  whole = whole and isWhole(slice[2])
  if whole then marked = marked + slice[2] end
end
if not whole or marked * 16 ~= #ARGV[5] then
  return redis.error_reply('REFUSED an increment, time, score or place of the payload is no whole number')
end
if #p.unprocessable > 0 and call('SCARD', KEYS[6]) + #p.unprocessable > limits.unprocessableMax then
  return redis.error_reply('REFUSED ' .. text(limits.unprocessableMax) .. ' records of this shard are unprocessable already')
end

-- From here on, writes.

-- Calls a command with at most 1,000 values at a time.
local function inChunks(values, size, command)
  for i = 1, #values, size do
    command(unpack(values, i, math.min(i + size - 1, #values)))
  end
end

-- The smallest values of a dimension give way to what is called "(other)", until three quarters of its bound are left.
local function trim(key, fields, code, max)
  local gone, other, held = smallestValues(fields, code, math.floor(max * limits.trimmedShare))
  inChunks(gone, 1000, function(...) call('HDEL', key, ...) end)
  call('HINCRBY', key, code .. '*', text(other))
  call('HSET', key, code .. '#', text(held))
end

-- Answers whether the dimension holds more than `max` values now.
local function addDimension(key, max, code, pairsOf)
  local new = 0
  for i = 1, #pairsOf, 2 do
    local increment = pairsOf[i + 1]
    if call('HINCRBY', key, p.strings[pairsOf[i]], text(increment)) == increment then new = new + 1 end
  end
  return new > 0 and call('HINCRBY', key, code .. '#', text(new)) > max
end

-- A hash is read once, however many of its dimensions are too full: in a flood they all are.
local function addDimensions(dims)
  local key, max, full = KEYS[dims[1]], dims[2], {}
  for i = 3, #dims, 2 do
    if addDimension(key, max, dims[i], dims[i + 1]) then full[#full + 1] = dims[i] end
  end
  if #full == 0 then return end
  local fields = call('HGETALL', key)
  for _, code in ipairs(full) do trim(key, fields, code, max) end
end

local function addVisitors(counts, set, hll, indices)
  local digests = {}
  for i, index in ipairs(indices) do digests[i] = p.visitors[index] end
  inChunks(digests, 1000, function(...) call('PFADD', hll, ...) end)
  if call('HGET', counts, 'promoted') then return end
  inChunks(digests, 1000, function(...) call('SADD', set, ...) end)
  if call('SCARD', set) > limits.exactVisitorsMax then
    call('DEL', set)
    call('HSET', counts, 'promoted', '1')
  end
end

local function addCounts(counts)
  local key, unite, parts = KEYS[counts[1]], counts[2], text(counts[3])
  for i = 4, #counts, 2 do call('HINCRBY', key, counts[i], text(counts[i + 1])) end
  local placed = call('HGET', key, 'parts')
  if not placed then call('HSET', key, 'parts', parts) end
  if unite == 1 or (placed and placed ~= parts) then call('HSET', key, 'unite', '1') end
end

local function seal(counts, set, hll)
  if call('EXISTS', counts) == 0 or call('HEXISTS', counts, 'visitors') == 1 then return end
  local exact = not call('HGET', counts, 'promoted')
  local visitors = exact and call('SCARD', set) or call('PFCOUNT', hll)
  call('HSET', counts, 'visitors', text(visitors), 'visitorsExact', exact and '1' or '0')
  call('DEL', set)
end

call('HSET', state, 'torn', '1')

if not known[1] then
  call('HSET', state, 'schema', ARGV[1], 'start', ARGV[2], 'startedAt', text(p.startedAt))
elseif known[1] ~= ARGV[1] then
  call('HSET', state, 'schema', ARGV[1])
end

-- Before any count: see above.
for i = 1, #p.ledger, 2 do call('HINCRBY', state, p.ledger[i], text(p.ledger[i + 1])) end

inChunks(p.dueNew, 1000, function(...) call('ZADD', KEYS[2], 'NX', ...) end)
inChunks(p.sites, 1000, function(...) call('SADD', KEYS[3], ...) end)

for _, counts in ipairs(p.counts) do addCounts(counts) end
for _, dims in ipairs(p.dims) do addDimensions(dims) end
for _, visitors in ipairs(p.uniques) do
  addVisitors(KEYS[visitors[1]], KEYS[visitors[2]], KEYS[visitors[3]], visitors[4])
end
for _, seconds in ipairs(p.seconds) do
  for i = 2, #seconds, 2 do call('HINCRBY', KEYS[seconds[1]], text(seconds[i]), text(seconds[i + 1])) end
end

for _, live in ipairs(p.live) do
  local key, scored = KEYS[live[1]], {}
  -- A score may be a number as it is: it is read as one, whatever form it is written in.
  for i = 4, #live do
    scored[#scored + 1] = live[i]
    scored[#scored + 1] = p.visitors[live[3] + i - 3]
  end
  inChunks(scored, 1000, function(...) call('ZADD', key, 'GT', ...) end)
  call('ZREMRANGEBYSCORE', key, '-inf', '(' .. text(logTime - limits.liveKeptMs))
  local excess = call('ZCARD', key) - limits.liveVisitorsMax
  if excess > 0 then call('ZREMRANGEBYRANK', key, 0, excess - 1) end
  local oldest = call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  if oldest then
    call('ZADD', KEYS[2], text(tonumber(oldest) + limits.liveKeptMs), live[2])
  else
    call('ZREM', KEYS[2], live[2])
  end
end

for _, feed in ipairs(p.feed) do
  local key, scored = KEYS[feed[1]], {}
  for i = 2, #feed, 2 do
    scored[#scored + 1] = text(feed[i])
    scored[#scored + 1] = feed[i + 1]
  end
  inChunks(scored, 1000, function(...) call('ZADD', key, ...) end)
  call('ZREMRANGEBYRANK', key, 0, -limits.feedMax - 1)
end

if #p.rejects > 0 then
  inChunks(p.rejects, 1000, function(...) call('LPUSH', KEYS[4], ...) end)
  call('LTRIM', KEYS[4], 0, limits.rejectsMax - 1)
end
inChunks(p.unprocessable, 1000, function(...) call('SADD', KEYS[6], ...) end)
for i = 1, #p.latency, 2 do call('HINCRBY', KEYS[5], p.latency[i], text(p.latency[i + 1])) end

local at = 1
for _, slice in ipairs(p.marks) do
  local digests = {}
  for i = 1, slice[2] do
    digests[i] = string.sub(ARGV[5], at, at + 15)
    at = at + 16
  end
  inChunks(digests, 1000, function(...) call('SADD', KEYS[slice[1]], ...) end)
end

-- Last, since a run may end so late that buckets which it touches are due at once.
for _, step in ipairs(p.due) do
  if step.seal then seal(KEYS[step.seal[1]], KEYS[step.seal[2]], KEYS[step.seal[3]]) end
  for _, at in ipairs(step.drop) do call('UNLINK', KEYS[at]) end
  if step.next then
    call('ZADD', KEYS[2], text(step.next), step.member)
  else
    call('ZREM', KEYS[2], step.member)
  end
end

for i = 1, #p.largest, 2 do
  local before = tonumber(call('HGET', state, p.largest[i]) or '')
  if not before or p.largest[i + 1] > before then call('HSET', state, p.largest[i], text(p.largest[i + 1])) end
end
if ARGV[7] then
  call('HSET', state, 'lastOffset', ARGV[7], 'lastTimestamp', ARGV[8], 'lastDigest', ARGV[9])
  if not known[7] then
    call('HSET', state, 'checkedOffset', ARGV[7], 'checkedTimestamp', ARGV[8], 'checkedDigest', ARGV[9])
  end
else
  call('HDEL', state, 'lastOffset', 'lastTimestamp', 'lastDigest')
end
call('HSET', state, 'next', ARGV[3])
call('HDEL', state, 'torn')
return { 'applied', past }
