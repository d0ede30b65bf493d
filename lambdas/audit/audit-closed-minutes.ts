/** One run of the audit that goes along with the traffic: compares what has been closed since the one before, and says so on the page. */
import { differencesOf } from '../../audit/print-report';
import type { RollingAudit } from '../../audit/rolling-audit';
import type { AuditMark } from '../../pipeline/core/snapshot';
import { changeAuditMark, readAuditMark } from '../../pipeline/store/audit-mark';
import type { RedisClient } from '../../pipeline/store/redis-client';
import type { WriteLog } from '../structured-log';
import { extendMark, isJoined, rollingMarkOf } from './audit-mark';

export interface ClosedMinutesOptions {
  readonly rolling: RollingAudit;
  readonly redis: RedisClient;
  readonly topic: string;
  readonly log: WriteLog;
  /** Wall clock at which reading stops, to go on with the next run. */
  readonly untilMs: number;
}

/** Beyond this many, differing cells are counted and no longer named. */
const namedMax = 50;
/** `minute 2026-01-15T12:00Z demo views`: what follows may be a visitor's text, and that is never logged. */
const wordsShown = 4;

/** Undefined where no minute has been closed since the run before. Throws what Kafka and Redis throw. */
export async function auditClosedMinutes(options: ClosedMinutesOptions): Promise<AuditMark | undefined> {
  const { rolling, redis, topic, log, untilMs } = options;
  const before = await readAuditMark(redis, topic);
  const report = await rolling.run(before === null ? undefined : Date.parse(before.to), untilMs);
  if (report === undefined) return undefined;
  const run = rollingMarkOf(report, Date.now());
  const { from, to, records, cells, differences } = run;
  if (differences > 0) log('error', 'numbers differ from the log', { from, to, records, cells, differences });
  for (const { partition, cell } of differencesOf(report).slice(0, namedMax)) {
    log('error', 'cell differs', { partition, cell: cell.split(' ').slice(0, wordsShown).join(' ') });
  }
  // Minutes in which nothing happened carry a mark on, but are no reason for one.
  if (cells === 0 && (before === null || !isJoined(before, run))) return run;
  await changeAuditMark(redis, topic, (held) => extendMark(held, run));
  return run;
}
