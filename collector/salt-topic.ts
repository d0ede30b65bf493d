/**
 * The days' salts, in a topic of one partition beside that of the events, and who was seen around midnight. Whoever needs the salt of a day
 * writes one of chance where there is none, and takes the first that the log holds: so all collectors agree, without speaking to each
 * other, after a restart too. Kafka deletes all of it after two days, and a segment holds half a day, so that it is really gone.
 */
import { type Kafka, Partitioners } from 'kafkajs';
import { isFields, parseJson } from '../pipeline/core/dialects/json-fields';
import { readRange } from '../pipeline/stream/range-read';
import { ensureTopic } from '../pipeline/stream/topics';
import type { SaltEntry, SaltLog } from './day-salts';
import { SALT_TOPIC_SETTINGS, saltTopicOf } from './salt-topic-settings';

function recordValue(entry: SaltEntry): string {
  if (entry.kind === 'seen') return JSON.stringify({ seen: entry.visitors, atMs: entry.atMs });
  return JSON.stringify({ day: entry.day, salt: entry.salt.toString('base64') });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** undefined: nothing of ours. */
function readEntry(value: Uint8Array | null): SaltEntry | undefined {
  const fields = parseJson(Buffer.from(value ?? []).toString());
  if (!isFields(fields)) return undefined;
  const { day, salt, seen, atMs } = fields;
  if (typeof day === 'string' && typeof salt === 'string')
    return { kind: 'salt', day, salt: Buffer.from(salt, 'base64') };
  return isTexts(seen) && typeof atMs === 'number' ? { kind: 'seen', visitors: seen, atMs } : undefined;
}

/** kafkajs wraps what a broker says of each topic. */
function isRefusedSetting(error: unknown): boolean {
  const { errors = [error] } = error as { readonly errors?: readonly unknown[] };
  return errors.some((each) => /^(INVALID_CONFIG|POLICY_VIOLATION|INVALID_REQUEST)$/.test(typeOf(each)));
}

function typeOf(error: unknown): string {
  return String((error as { readonly type?: unknown } | undefined)?.type ?? '');
}

export class SaltTopic implements SaltLog {
  private readonly topic: string;
  private next = 0;

  constructor(
    private readonly kafka: Kafka,
    eventTopic: string,
  ) {
    this.topic = saltTopicOf(eventTopic);
  }

  async ensure(): Promise<void> {
    const spec = { topic: this.topic, partitions: 1 };
    try {
      await ensureTopic(this.kafka, { ...spec, settings: SALT_TOPIC_SETTINGS });
    } catch (error) {
      if (!isRefusedSetting(error)) throw error;
      // MSK Serverless closes segments when it pleases.
      const { 'segment.ms': _segment, ...settings } = SALT_TOPIC_SETTINGS;
      await ensureTopic(this.kafka, { ...spec, settings });
    }
  }

  async readOn(): Promise<readonly SaltEntry[]> {
    const entries: SaltEntry[] = [];
    const read = await readRange(this.kafka, this.topic, 0, this.next, Number.MAX_SAFE_INTEGER, (records) => {
      for (const { value } of records) {
        const entry = readEntry(value);
        if (entry !== undefined) entries.push(entry);
      }
    });
    // A topic that was made anew begins again.
    this.next = read.logEnd < read.reachedOffset ? 0 : read.reachedOffset;
    return entries;
  }

  async write(entries: readonly SaltEntry[]): Promise<void> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    try {
      const messages = entries.map((entry) => ({ key: null, value: recordValue(entry) }));
      await producer.send({ topic: this.topic, acks: -1, messages });
    } finally {
      await producer.disconnect();
    }
  }
}
