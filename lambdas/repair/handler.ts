/** Repair on AWS: every minute, and when the consumer calls it. Wiring alone; see repair-handler.ts and repair-topic.ts. */
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { KeptLogSource } from '../../pipeline/stream/log-source';
import { structuredLog } from '../structured-log';
import { createRepairHandler, type RepairHandler } from './repair-handler';

const log = structuredLog('repair');
const kafka = kafkaClient(readStreamConfig(process.env), 'clickstream-repair', (line) => log('warn', line));
const logs = new KeptLogSource(kafka);
const repair = createRepairHandler(process.env, logs, log);

export const handler: RepairHandler = async (event) => {
  try {
    return await repair(event);
  } finally {
    // A function that is frozen would not notice that its connections are gone.
    await logs.close().catch(() => undefined);
  }
};
