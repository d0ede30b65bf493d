/** `npm run repair`: counts what is missing in the store, straight from Kafka. */
import { parseArgs } from 'node:util';
import { describeOutcome } from '../lambdas/repair/repair-outcome';
import { ConfigurationError, SETTING } from '../pipeline/settings';
import { repairAll } from './repair-all';
import { runCommand } from './run-command';
import { openServices } from './services/open-services';

const help = `npm run repair [-- --partition N]

Counts what is missing in the store: reads it from Kafka and commits it in order. A partition needs repair where a batch
waits above what is counted ("behind" on the page), or where Redis has lost what was counted. One that merely lags does not,
and is left alone. A torn partition is counted anew; one that misses more than REPAIR_RECORDS_MAX records goes on live, and what it
misses is counted beside it. Safe beside a running npm start.

  --partition N   this partition alone
  --help          this text

Settings: KAFKA_BROKERS, REDIS_URL (default: those of a running npm start, or of the Compose services), TOPIC, SITES,
CONSUMER_GROUP, REPAIR_RECORDS_MAX. Exit code 1 if something could not be repaired.`;

function readPartition(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new ConfigurationError('--partition', text, 'a whole number from 0');
  return Number(text);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { partition: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const partition = readPartition(values.partition);
  const services = await openServices(process.env, (line) => console.log(line));
  try {
    const env = {
      ...process.env,
      [SETTING.KAFKA_BROKERS]: services.kafkaBrokers,
      [SETTING.REDIS_URL]: services.redisUrl,
    };
    const outcomes = await repairAll(
      env,
      (outcome) => {
        if (outcome.kind !== 'normal' && outcome.kind !== 'under_way') console.log(describeOutcome(outcome));
      },
      partition,
    );
    const count = (kind: string): number => outcomes.filter((outcome) => outcome.kind === kind).length;
    const [repaired, failed] = [count('repaired') + count('rebuilt'), count('failed')];
    console.log(`${outcomes.length} partitions: ${repaired} repaired, ${failed} not repaired`);
    return failed === 0 ? 0 : 1;
  } finally {
    await services.close();
  }
}

runCommand(main);
