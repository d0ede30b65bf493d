/** Repair on AWS: every minute, and when the consumer calls it. Wiring alone; see repair-handler.ts and repair-topic.ts. */
import { kafkaClient, readStreamConfig } from '../../pipeline/stream/kafka-client';
import { kafkaLogSource } from '../../pipeline/stream/log-source';
import { structuredLog } from '../structured-log';
import { createRepairHandler } from './repair-handler';

const log = structuredLog('repair');
const kafka = kafkaClient(readStreamConfig(process.env), 'clickstream-repair', (line) => log('warn', line));

export const handler = createRepairHandler(process.env, kafkaLogSource(kafka), log);
