/** All that lies in the store, cell by cell, in the form of the model's cells. Reads every key there is, so that none can be too many. */
import type { Redis } from 'ioredis';
import { type Cells, sortedJson } from './model/model-cells';
import { registersIn } from './model/registers';

/** Every key with its type and content, in one call. */
const readAll = `
local answer = {}
local read = {
  hash = function(key) return redis.call('HGETALL', key) end,
  set = function(key) return redis.call('SMEMBERS', key) end,
  zset = function(key) return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end,
  list = function(key) return redis.call('LRANGE', key, 0, -1) end,
  string = function(key) return { redis.call('GET', key) } end,
}
for i, key in ipairs(redis.call('KEYS', '*')) do
  local type = redis.call('TYPE', key).ok
  answer[i] = { key, type, read[type](key), redis.call('PTTL', key) }
end
return answer`;

type Key = readonly [Buffer, Buffer, readonly Buffer[], number];

function feedMember(member: string): string {
  const json = member.slice(16);
  return `${Number(member.slice(0, 16))} ${sortedJson(JSON.parse(json) as object)}`;
}

function addPairs(cells: Cells, key: string, items: readonly Buffer[]): void {
  const isFeed = /\}:feed:/.test(key);
  for (let i = 0; i + 1 < items.length; i += 2) {
    const field = String(items[i]);
    cells.set(`${key}|${isFeed ? feedMember(field) : field}`, String(items[i + 1]));
  }
}

/** The histogram depends on how long counting took: only its sum is a number of the log. */
function addLatency(cells: Cells, key: string, items: readonly Buffer[]): void {
  let events = 0;
  for (let i = 1; i < items.length; i += 2) events += Number(items[i]);
  cells.set(`${key}|events`, String(events));
}

function addKey(cells: Cells, [name, type, items, ttl]: Key): void {
  const key = String(name);
  if (ttl >= 0) cells.set(`${key}|time to live`, 'has one');
  switch (String(type)) {
    case 'hash':
      if (key.endsWith('}:latency')) addLatency(cells, key, items);
      else addPairs(cells, key, items);
      break;
    case 'zset':
      addPairs(cells, key, items);
      break;
    case 'set':
      for (const member of items)
        cells.set(`${key}|${/\}:marks:/.test(key) ? member.toString('hex') : member}`, 'in');
      break;
    case 'list':
      for (const [i, item] of items.entries()) cells.set(`${key}|${i}`, String(item));
      break;
    default:
      cells.set(`${key}|registers`, registersIn(items[0] as Buffer));
  }
}

export async function storedCells(redis: Redis): Promise<Cells> {
  const keys = (await redis.callBuffer('EVAL', readAll, 0)) as readonly Key[];
  const cells: Cells = new Map();
  for (const key of keys) addKey(cells, key);
  return cells;
}
