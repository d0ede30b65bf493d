/**
 * The audit of closed minutes beside counting: on AWS a scheduled function, here a timer of the processor. Counting comes first: it
 * works in stretches of some milliseconds, and rests several times as long after each.
 */
import { RollingAudit, type RollingAuditOptions } from '../audit/rolling-audit';
import { auditClosedMinutes } from '../lambdas/audit/audit-closed-minutes';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { structuredLog, type WriteLog } from '../lambdas/structured-log';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import { type Environment, readAuditIntervalMs } from '../pipeline/settings';

/** About five milliseconds of counting. */
const recordsMax = 200;
/** Rests this many times as long as it worked: a quarter of a core at most, and less where others want it. */
const restFactor = 3;
const restMsMin = 1;
const restMsMax = 200;

const rest = (workedMs: number): Promise<void> =>
  new Promise((resolve) =>
    setTimeout(resolve, Math.min(restMsMax, Math.max(restMsMin, restFactor * workedMs))).unref(),
  );

interface Running {
  stop(): void;
}

/** Runs until it is stopped; one run after another, never two. An interval of 0: it does not run. Throws ConfigurationError. */
export function startAuditTimer(
  env: Environment,
  kafka: RollingAuditOptions['kafka'],
  log: WriteLog = structuredLog('audit'),
): Running {
  const intervalMs = readAuditIntervalMs(env);
  if (intervalMs === 0) return { stop: () => undefined };
  const { sites, topic } = readCountingConfig(env);
  let rolling: RollingAudit | undefined;
  let isRunning = false;
  const connecting = redisFromEnvironment(env, log);
  connecting.catch(() => undefined);

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      const redis = await connecting;
      rolling ??= new RollingAudit({ kafka, redis, topic, sites, recordsMax, pause: rest });
      await auditClosedMinutes({ rolling, redis, topic, log, untilMs: Date.now() + intervalMs });
    } catch (error) {
      log('warn', 'audit of closed minutes not done', { reason: (error as Error).message });
    } finally {
      isRunning = false;
    }
  };

  const timer = setInterval(() => void run(), intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
