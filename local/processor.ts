/** The event source, the consumer and its repair: what Lambda's MSK trigger, the functions and repair's schedule are on AWS. */
import './one-line-stop';
import { createConsumerHandler } from '../lambdas/consumer/consumer-handler';
import { createRepairHandler } from '../lambdas/repair/repair-handler';
import { structuredLog } from '../lambdas/structured-log';
import { DEFAULT_CONSUMER_GROUP, readInteger, SETTING } from '../pipeline/settings';
import { kafkaClient, readStreamConfig } from '../pipeline/stream/kafka-client';
import { KeptLogSource } from '../pipeline/stream/log-source';
import { startAuditTimer } from './audit-timer';
import { readBatchSettings } from './batch-settings';
import { CountingProgress } from './counting-progress';
import { isDebugged } from './debug';
import {
  type EventSourceOptions,
  sessionTimeoutMsDefault,
  startEventSource,
} from './event-source/event-source';
import { functionInvoker } from './event-source/invoker';
import { waitForTopic } from './event-source/wait-for-topic';
import { ProcessorHealth } from './processor-health';
import { RepairTimer } from './repair-timer';
import { onStopSignal } from './shutdown';

const stream = readStreamConfig(process.env);
const groupId = process.env[SETTING.CONSUMER_GROUP] || DEFAULT_CONSUMER_GROUP;
const batch = readBatchSettings(process.env);
const sessionTimeoutMs = readInteger(process.env, SETTING.SESSION_TIMEOUT_MS, {
  min: 1_000,
  max: 60_000,
  default: sessionTimeoutMsDefault,
});
const repairEveryMs = readInteger(process.env, SETTING.REPAIR_EVERY_MS, {
  min: 1_000,
  max: 600_000,
  default: 10_000,
});
/** As the function is deployed; a batch takes milliseconds. */
const functionTimeoutMs = 60_000;
const drainMs = 4_000;
const functionName = 'consumer';

const say = (line: string): void => console.log(line);
const kafka = kafkaClient(stream, 'clickstream-processor', say);

// What is away, and back, the event source's own connections say.
const repairLogs = new KeptLogSource(kafkaClient(stream, 'clickstream-repair', () => {}));
const repairTimer = new RepairTimer({
  repair: createRepairHandler(process.env, repairLogs, structuredLog('repair')),
  everyMs: repairEveryMs,
  say,
});
const handler = createConsumerHandler(process.env, repairTimer.call, structuredLog('consumer'));

const health = new ProcessorHealth();
const progress = new CountingProgress(structuredLog('consumer'));
const isTold = isDebugged(process.env, 'source');

const observe: EventSourceOptions['observe'] = (report) => {
  health.noteInvocation(report);
  progress.note(report);
  if (!isTold) return;
  const { ranges, records, failedRecords, attempt, durationMs, outcome } = report;
  const what = ranges
    .map((range) => `partition ${range.partition}, offsets ${range.firstOffset} to ${range.lastOffset}`)
    .join('; ');
  const came = failedRecords > 0 ? `${outcome.kind}, ${failedRecords} to come again` : outcome.kind;
  console.log(`source: ${what} (${records} records), attempt ${attempt}: ${came} in ${durationMs} ms`);
};

const onGivenUp: EventSourceOptions['onGivenUp'] = ({ records, reason, attempts }) => {
  const first = records[0];
  const from = `partition ${first?.partition}, offset ${first?.offset}`;
  console.error(
    `source: gave up ${records.length} records from ${from}: ${reason} after ${attempts} attempts`,
  );
};

async function main(): Promise<void> {
  await waitForTopic(kafka, stream.topic, say);
  const source = startEventSource({
    kafka,
    groupId,
    topic: stream.topic,
    invoker: functionInvoker(handler, functionName, functionTimeoutMs),
    functionName,
    bootstrapServers: stream.brokers.join(','),
    sessionTimeoutMs,
    ...batch,
    observe,
    onGivenUp,
    onGroupHeartbeat: () => health.noteGroupHeartbeat(Date.now()),
  });
  repairTimer.start();
  onStopSignal(async () => {
    repairTimer.stop();
    await source.stop(drainMs - 500);
  }, drainMs);
  await source.started;
  progress.start();
  startAuditTimer(process.env, kafka);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
