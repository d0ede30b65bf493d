/** Repair on AWS: every minute, and when the consumer calls it. Wiring alone; see repair-handler.ts and repair-topic.ts. */
import { readSites } from '../../pipeline/counting/counting-config';
import { readTopic } from '../../pipeline/settings';
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { KeptLogSource } from '../../pipeline/stream/log-source';
import { metricsFrom } from '../metrics';
import { structuredLog } from '../structured-log';
import { createRepairHandler, type RepairHandler } from './repair-handler';
import { StateReport } from './state-report';

const log = structuredLog('repair');
const kafka = kafkaClient(readStreamConfig(process.env), 'clickstream-repair', (line) => log('warn', line));
const logs = new KeptLogSource(kafka);
const sites = readSites(process.env);
const topic = readTopic(process.env);
const report = new StateReport({ topic, sites, log, writeMetrics: metricsFrom(process.env, 'repair') });
const repair = createRepairHandler(process.env, logs, log, report);

export const handler: RepairHandler = async (event, context) => {
  try {
    return await repair(event, context);
  } finally {
    // A function that is frozen would not notice that its connections are gone.
    await logs.close().catch(() => undefined);
  }
};
