/**
 * docs/counting.md, word for word, one record at a time and with no thought of speed: the model that the fold is compared
 * with. It shares no code with the fold or with validation, so that both cannot be wrong together.
 */
import type { LogRecord } from '../../pipeline/core/event';

const MINUTE = 60_000;
const GRAINS = [
  { code: 'm', length: MINUTE, grace: 10 * MINUTE },
  { code: 'h', length: 60 * MINUTE, grace: 25 * 60 * MINUTE },
  { code: 'd', length: 24 * 60 * MINUTE, grace: 49 * 60 * MINUTE },
];

type Wire = {
  type?: string;
  user_id?: string;
  page?: string;
  siteId?: string;
  anonymousId: string;
  messageId?: string;
  event?: string;
  timestamp?: string;
  receivedAt?: string;
  properties?: {
    path?: string;
    engagedMs?: number;
    scrolled?: number;
    props?: Record<string, unknown>;
    revenue?: { amount: number; currency: string };
  };
  reason?: string;
  count?: number;
  context?: { bot?: string; browser?: string; device?: string };
};

/** Cells of a log of the kind that `anyLog` draws, in the form that MemoryShard prints. */
export function naiveCount(records: readonly LogRecord[]): string[] {
  const cells = new Map<string, number>();
  const visitors = new Map<string, Set<string>>();
  const lastSeen = new Map<string, number>();
  const marks = new Map<string, number>();
  const add = (name: string, by = 1) => {
    if (by > 0) cells.set(name, (cells.get(name) ?? 0) + by);
  };
  let log = 0;

  for (const record of records) {
    log = Math.max(log, record.timestampMs);
    if (record.value === null) {
      add('ledger rejected empty_value');
      continue;
    }
    let wire: Wire;
    try {
      wire = JSON.parse(new TextDecoder().decode(record.value)) as Wire;
    } catch {
      add('ledger rejected malformed_json');
      continue;
    }
    if (wire.type === 'heartbeat') {
      add('ledger heartbeats');
      continue;
    }
    const summary = wire.type === 'edge';
    const demo = wire.user_id !== undefined;
    if (!demo && !summary && wire.siteId !== 'demo') {
      add('ledger rejected unknown_site');
      continue;
    }
    if (!demo) {
      const slice = Math.floor(log / 150_000);
      const identity = `${wire.siteId} ${wire.messageId}`;
      const seen = marks.get(identity);
      if (seen !== undefined && slice - seen <= 4) {
        add('ledger duplicates');
        continue;
      }
      marks.set(identity, slice);
    }
    if (summary) {
      add('ledger summaries');
      add(`ledger edge ${wire.reason}`, wire.count);
      continue;
    }
    const claimed = wire.receivedAt === undefined ? log : Date.parse(wire.receivedAt);
    const received = Math.abs(claimed - log) > 5 * MINUTE ? log : claimed;
    let time = wire.timestamp === undefined ? received : Date.parse(wire.timestamp);
    const skewed = time > received + 5 * MINUTE;
    if (skewed) time = received;
    const age = log - time;
    const late = age > 10 * MINUTE;
    const bot = wire.context?.bot !== undefined;
    add(bot ? 'ledger bots' : 'ledger counted');
    if (late && !bot) add('ledger late');
    if (skewed && !bot) add('ledger skewed');

    const visitor = demo ? (wire.user_id as string) : wire.anonymousId;
    const path = demo ? (wire.page as string) : (wire.properties?.path as string);
    const names = GRAINS.filter(({ grace }) => age <= grace).map(
      ({ code, length }) => `demo ${code}${Math.floor(time / length) * length}`,
    );
    for (const name of [...names, 'demo all']) {
      if (bot) {
        add(`${name} bots`);
        continue;
      }
      const { engagedMs = 0, scrolled = 0, props = {}, revenue } = wire.properties ?? {};
      const reading = wire.type === 'engagement';
      const view = wire.type !== 'track' && !reading;
      add(`${name} ${reading ? 'engagements' : view ? 'views' : 'events'}`);
      if (reading) {
        add(`${name} engagedMs`, engagedMs);
        add(`${name} scrolled`, scrolled);
      }
      if (late) add(`${name} late`);
      if (skewed) add(`${name} skewed`);
      visitors.set(name, new Set([...(visitors.get(name) ?? []), visitor]));
      if (name === 'demo all') {
        if (view) add(`${name} pages ${path}`);
        continue;
      }
      if (reading) {
        add(`${name} engagedTimes ${path}`, engagedMs);
        add(`${name} scrollDepths ${path}`, scrolled);
        continue;
      }
      for (const [key, value] of Object.entries(props)) {
        const of = wire.event ?? '';
        add(`${name} propKeys ${of.length},${key.length}:${of}${key}`);
        add(`${name} props ${of.length},${key.length}:${of}${key}${value}`);
      }
      if (revenue !== undefined) {
        const thousandths = Math.round(revenue.amount * 1000);
        add(`${name} purchases ${revenue.currency}`);
        add(`${name} revenueThousands ${revenue.currency}`, Math.floor(thousandths / 1e6));
        add(`${name} revenueRest ${revenue.currency}`, thousandths % 1e6);
      }
      if (view) {
        add(`${name} pages ${path}`);
        if (wire.context?.browser) add(`${name} browsers ${wire.context.browser}`);
        if (wire.context?.device) add(`${name} devices ${wire.context.device}`);
      } else {
        add(`${name} events ${wire.event}`);
      }
    }
    if (bot) continue;
    if (age <= 10 * MINUTE && wire.type !== 'track' && wire.type !== 'engagement') {
      const minute = Math.floor(time / MINUTE) * MINUTE;
      add(`demo s${minute}+${Math.floor((time - minute) / 1000)} views`);
    }
    lastSeen.set(visitor, Math.max(lastSeen.get(visitor) ?? Number.NEGATIVE_INFINITY, time));
  }

  const lines = Array.from(cells, ([name, count]) => `${name} = ${count}`);
  for (const [name, set] of visitors) lines.push(`${name} visitors = ${[...set].sort().join(',')}`);
  for (const [id, time] of lastSeen) lines.push(`demo ${id} last seen = ${time}`);
  return [...lines, `next = ${records.length}`, `log time = ${log}`].sort();
}
