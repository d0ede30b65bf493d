/** `npm run audit`: recounts the topic independently and compares it with the store, cell by cell. */
import { parseArgs } from 'node:util';
import { audit } from '../audit/audit';
import { differencesOf, printReport } from '../audit/print-report';
import { redisFromEnvironment } from '../lambdas/redis-connection';
import { structuredLog } from '../lambdas/structured-log';
import { readCountingConfig } from '../pipeline/counting/counting-config';
import { SETTING } from '../pipeline/settings';
import { storeAuditMark } from '../pipeline/store/audit-mark';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { auditMarkOf } from './audit-mark';
import { runCommand } from './run-command';
import { openServices } from './services/open-services';

const help = `npm run audit

Recounts the topic from Kafka by code of its own and compares every cell with Redis: counts, dimensions, visitors, ledger,
marks, feed (docs/audit.md). Works while events flow and changes no number. Each cell that differs is named; the page says
when the newest audit ended, what it covered and how much differed.

  --help   this text

Settings: KAFKA_BROKERS, REDIS_URL (default: those of a running npm start, or of the Compose services), TOPIC, SITES.
Exit code 1 if anything differs.`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help) {
    console.log(help);
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
      const report = await audit({ kafka, redis, topic, sites });
      for (const line of printReport(report)) console.log(line);
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
