/** `npm run audit`: recounts the topic independently and compares it with the store, cell by cell. */
import { audit } from '../audit/audit';
import { differencesOf, printReport } from '../audit/print-report';
import { auditMarkOf } from '../lambdas/audit/audit-mark';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { structuredLog } from '../lambdas/structured-log';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import { SETTING } from '../pipeline/settings';
import { storeAuditMark } from '../pipeline/store/audit-mark';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { auditHelp, readAuditOptions } from './audit-options';
import { runCommand } from './run-command';
import { openServices } from './services/open-services';

/** Standard output is for the report. */
function sayProgress(compared: number, of: number): void {
  console.error(`compared ${compared} of ${of} shards`);
}

async function main(): Promise<number> {
  const options = readAuditOptions(process.argv.slice(2), Date.now());
  if (options === 'help') {
    console.log(auditHelp);
    return 0;
  }
  const services = await openServices(process.env, (line) => console.log(line));
  try {
    const env = {
      ...process.env,
      [SETTING.KAFKA_BROKERS]: services.kafkaBrokers,
      [SETTING.REDIS_URL]: services.redisUrl,
    };
    const { sites, topic } = readCountingConfig(env);
    const kafka = kafkaClient(readStreamConfig(env), 'clickstream-audit');
    const redis = await redisFromEnvironment(env, structuredLog('audit'));
    try {
      const report = await audit({ kafka, redis, topic, sites, filter: options, onShard: sayProgress });
      for (const line of printReport(report, process.resourceUsage().maxRSS / 1_024)) console.log(line);
      const mark = auditMarkOf(report, Date.now());
      if (mark !== undefined) await storeAuditMark(redis, topic, mark);
      return differencesOf(report).length === 0 ? 0 : 1;
    } finally {
      redis.disconnect();
    }
  } finally {
    await services.close();
  }
}

runCommand(main);
