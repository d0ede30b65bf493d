/** The audit of closed minutes, on a schedule. Wiring alone; see audit-closed-minutes.ts and audit/rolling-audit.ts. */
import { RollingAudit } from '../../audit/rolling-audit';
import type { AuditMark } from '../../pipeline/core/snapshot';
import { readCountingConfig } from '../../pipeline/counting/counting-config';
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { metricsFrom } from '../metrics';
import { redisFromEnvironment } from '../redis-connection';
import { structuredLog } from '../structured-log';
import { auditClosedMinutes } from './audit-closed-minutes';

const log = structuredLog('audit');
const writeMetrics = metricsFrom(process.env, 'audit');
const { sites, topic } = readCountingConfig(process.env);
const kafka = kafkaClient(readStreamConfig(process.env), 'clickstream-audit', (line) => log('warn', line));
/** What is left of an invocation for comparing and for the mark, once reading stops. */
const compareMs = 30_000;
/** Where nobody says how much time there is. */
const runMsDefault = 60_000;

interface Remaining {
  readonly getRemainingTimeInMillis?: () => number;
}

/** Kept between invocations: recounts go on where they stopped, so that each record is read once. */
let rolling: RollingAudit | undefined;
let connecting: ReturnType<typeof redisFromEnvironment> | undefined;

function connect(): ReturnType<typeof redisFromEnvironment> {
  connecting ??= redisFromEnvironment(process.env, log).catch((error: unknown) => {
    connecting = undefined;
    throw error;
  });
  return connecting;
}

/** Resolves with what was compared; null where no minute has been closed since. Throws where Kafka or Redis is away. */
export async function handler(_event?: unknown, context: Remaining = {}): Promise<AuditMark | null> {
  const redis = await connect();
  rolling ??= new RollingAudit({ kafka, redis, topic, sites });
  const leftMs = context.getRemainingTimeInMillis?.() ?? runMsDefault + compareMs;
  const untilMs = Date.now() + Math.max(0, leftMs - compareMs);
  const run = await auditClosedMinutes({ rolling, redis, topic, log, untilMs });
  if (run !== undefined) {
    log('info', 'audited', { ...run });
    writeMetrics({ CellsThatDiffer: run.differences });
  }
  return run ?? null;
}
