/**
 * The days' salts, in a topic of one partition beside that of the events. Whoever needs the salt of a day writes one of chance where there
 * is none, and takes the first that the log holds: so all collectors agree, without speaking to each other, after a restart too. Kafka
 * deletes them after two days, and a segment holds one day's, so that they are really gone.
 */
import { randomBytes } from 'node:crypto';
import { type Kafka, Partitioners } from 'kafkajs';
import { isFields, parseJson } from '../pipeline/core/dialects/json-fields';
import { readRange } from '../pipeline/stream/range-read';
import { ensureTopic } from '../pipeline/stream/topics';
import type { SaltStore } from './day-salts';
import { SALT_TOPIC_SETTINGS, saltTopicOf } from './salt-topic-settings';

const saltBytes = 32;

function readSalt(value: Uint8Array | null): { day: string; salt: Buffer } | undefined {
  const fields = parseJson(Buffer.from(value ?? []).toString());
  if (!isFields(fields) || typeof fields.day !== 'string' || typeof fields.salt !== 'string')
    return undefined;
  return { day: fields.day, salt: Buffer.from(fields.salt, 'base64') };
}

/** kafkajs wraps what a broker says of each topic. */
function isRefusedSetting(error: unknown): boolean {
  const { errors = [error] } = error as { readonly errors?: readonly unknown[] };
  return errors.some((each) => /^(INVALID_CONFIG|POLICY_VIOLATION|INVALID_REQUEST)$/.test(typeOf(each)));
}

function typeOf(error: unknown): string {
  return String((error as { readonly type?: unknown } | undefined)?.type ?? '');
}

export class SaltTopic implements SaltStore {
  private readonly topic: string;

  constructor(
    private readonly kafka: Kafka,
    eventTopic: string,
  ) {
    this.topic = saltTopicOf(eventTopic);
  }

  async provide(day: string): Promise<Buffer> {
    const known = await this.first(day);
    if (known !== undefined) return known;
    await this.write(day);
    const written = await this.first(day);
    if (written === undefined)
      throw new Error(`the topic ${this.topic} does not hold what was just written to it`);
    return written;
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

  private async first(day: string): Promise<Buffer | undefined> {
    const salts: { day: string; salt: Buffer }[] = [];
    await readRange(this.kafka, this.topic, 0, 0, Number.MAX_SAFE_INTEGER, (records) => {
      for (const { value } of records) {
        const salt = readSalt(value);
        if (salt !== undefined) salts.push(salt);
      }
    });
    return salts.find((salt) => salt.day === day)?.salt;
  }

  private async write(day: string): Promise<void> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    try {
      const value = JSON.stringify({ day, salt: randomBytes(saltBytes).toString('base64') });
      await producer.send({ topic: this.topic, acks: -1, messages: [{ key: day, value }] });
    } finally {
      await producer.disconnect();
    }
  }
}
