--[[
Which values of a dimension give way to "(other)": those with the smallest counts, and among equal counts those that sort last
by their bytes. Stands before commit.lua, which calls it.

A flood of junk means ten thousand equal counts, and a script holds up everybody while it runs. So nothing is sorted that need
not be: counts are grouped, and the one group that is cut is cut by its first bytes that differ. Lua's own `<` will not do: it
follows the locale that the server was started in.
]]

-- Six bytes as a number; a byte that is not there sorts before every other.
local function sixBytes(value, at)
  local a, b, c, d, e, f = string.byte(value, at, at + 5)
  local n = (a or -1) + 1
  n = n * 257 + (b or -1) + 1
  n = n * 257 + (c or -1) + 1
  n = n * 257 + (d or -1) + 1
  n = n * 257 + (e or -1) + 1
  return n * 257 + (f or -1) + 1
end

-- Length of what all values begin with.
local function sharedLength(values)
  local model, shared = values[1], #values[1]
  for _, value in ipairs(values) do
    if string.sub(value, 1, shared) ~= string.sub(model, 1, shared) then
      local low, high = 0, shared - 1
      while low < high do
        local middle = math.ceil((low + high) / 2)
        if string.sub(value, 1, middle) == string.sub(model, 1, middle) then low = middle else high = middle - 1 end
      end
      shared = low
    end
  end
  return shared
end

-- Adds to `gone` the `excess` values that sort last by their bytes.
local function takeLast(values, excess, gone)
  while excess > 0 do
    local at = sharedLength(values) + 1
    local groups, order = {}, {}
    for _, value in ipairs(values) do
      local bytes = sixBytes(value, at)
      if not groups[bytes] then
        groups[bytes] = {}
        order[#order + 1] = bytes
      end
      table.insert(groups[bytes], value)
    end
    table.sort(order)
    for i = #order, 1, -1 do
      local group = groups[order[i]]
      if #group > excess then
        values = group
        break
      end
      for _, value in ipairs(group) do gone[#gone + 1] = value end
      excess = excess - #group
    end
  end
end

-- `fields`: of the whole hash, as HGETALL answers. Returns the fields of `code` that give way so that at most `keep` are left,
-- and the sum of their counts.
local function smallestValues(fields, code, keep)
  local prefix, ties, counts, held = code .. '=', {}, {}, 0
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, #prefix) == prefix then
      local count = tonumber(fields[i + 1])
      if not ties[count] then
        ties[count] = {}
        counts[#counts + 1] = count
      end
      table.insert(ties[count], fields[i])
      held = held + 1
    end
  end
  table.sort(counts)
  local gone, sum = {}, 0
  for _, count in ipairs(counts) do
    local excess = math.min(held - keep - #gone, #ties[count])
    if excess <= 0 then break end
    takeLast(ties[count], excess, gone)
    sum = sum + count * excess
  end
  return gone, sum, held - #gone
end
