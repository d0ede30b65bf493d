/** The options of `npm run audit`. */
import { parseArgs } from 'node:util';
import { type AuditFilter, holdsAnyBucket } from '../audit/audit-filter';
import { ConfigurationError } from '../pipeline/settings';

export const auditHelp = `npm run audit [-- --from T --to T --site S --partition N]

Recounts the topic from Kafka by code of its own and compares every cell with Redis: counts, dimensions, visitors, ledger,
marks, feed (docs/audit.md). Works while events flow and changes no number. Each cell that differs is named. The page says
up to when the numbers are audited and how many differ: an audit without options replaces what it says.

  --from T        only minutes, hours and days that begin at or after this event time; only that part of the log is read
  --to T          only those that end at or before it
                  T: an ISO-8601 time, or how long ago: 90m, 2h, 1d
  --site S        only this site
  --partition N   only this partition; again, or 0,3,5, for more
  --help          this text

Settings: KAFKA_BROKERS, REDIS_URL (default: those of a running npm start, or of the Compose services), TOPIC, SITES.
Exit code 1 if anything differs.`;

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const sitePattern = /^[A-Za-z0-9._-]{1,64}$/;
const partitionsMax = 10_000;
const timesAllowed = 'an ISO-8601 time with Z or an offset, or how long ago: 90m, 2h, 1d';

function readTime(option: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) return nowMs - Number(amount) * (unitsMs[unit] ?? 0);
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const timeMs = isIso ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) throw new ConfigurationError(option, text, timesAllowed);
  return timeMs;
}

function readPartitions(texts: readonly string[] | undefined): ReadonlySet<number> | undefined {
  if (texts === undefined) return undefined;
  const partitions = texts.flatMap((text) => text.split(','));
  const wrong = partitions.find((text) => !/^\d{1,5}$/.test(text) || Number(text) >= partitionsMax);
  if (wrong !== undefined) {
    throw new ConfigurationError('--partition', wrong, `whole numbers from 0 to ${partitionsMax - 1}`);
  }
  return new Set(partitions.map(Number));
}

function readSite(text: string | undefined): string | undefined {
  if (text === undefined || sitePattern.test(text)) return text;
  throw new ConfigurationError('--site', text, '1 to 64 of A-Z a-z 0-9 . _ -');
}

/** Throws ConfigurationError, and what parseArgs throws of options that are not there. */
export function readAuditOptions(args: readonly string[], nowMs: number): AuditFilter | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      site: { type: 'string' },
      partition: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const [fromMs, toMs] = [readTime('--from', values.from, nowMs), readTime('--to', values.to, nowMs)];
  const site = readSite(values.site);
  const partitions = readPartitions(values.partition);
  const filter: AuditFilter = {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(site === undefined ? {} : { site }),
    ...(partitions === undefined ? {} : { partitions }),
  };
  if (!holdsAnyBucket(filter)) {
    throw new ConfigurationError('--to', values.to, 'a time with at least one whole minute after --from');
  }
  return filter;
}
