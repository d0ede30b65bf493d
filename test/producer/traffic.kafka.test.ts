import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Kafka } from 'kafkajs';
import { HEARTBEAT_VALUE } from '../../pipeline/core/event';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { readRange } from '../../pipeline/stream/range-read';
import type { RateMessage } from '../../producer/rate-report';
import { testBrokers, uniqueTopic } from '../stream/test-kafka';

const partitions = 3;
const program = join(mkdtempSync(join(tmpdir(), 'producer-')), 'main.js');

describe('the producer’s program', () => {
  let kafka: Kafka;
  const started: ChildProcess[] = [];
  const ended: string[] = [];

  beforeAll(() => {
    buildSync({ entryPoints: ['producer/main.ts'], bundle: true, platform: 'node', outfile: program });
    kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test-producer');
  });
  beforeEach(() => {
    ended.length = 0;
  });
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
  });

  function start(topic: string, env: Record<string, string>) {
    const child = fork(program, [], {
      silent: true,
      env: {
        ...process.env,
        KAFKA_BROKERS: testBrokers().join(','),
        TOPIC: topic,
        TOPIC_PARTITIONS: String(partitions),
        ...env,
      },
    });
    started.push(child);
    // Who waits for what it says waits for ever.
    child.once('exit', (code) => {
      if (code !== 0 && code !== null) ended.push(`exit code ${code}: ${output}`);
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const rates: RateMessage[] = [];
    child.on('message', (message) => rates.push(message as RateMessage));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, rates, exited, output: () => output };
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (ended.length > 0) throw new Error(ended.splice(0).join('\n'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function readTopic(topic: string): Promise<{ heartbeats: number[]; events: number }> {
    const heartbeats = new Array<number>(partitions).fill(0);
    let events = 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      await readRange(kafka, topic, partition, 0, 1_000_000, (records) => {
        const beats = records.filter(({ value }) => Buffer.from(value ?? []).toString() === HEARTBEAT_VALUE);
        heartbeats[partition] = (heartbeats[partition] ?? 0) + beats.length;
        events += records.length - beats.length;
      });
    }
    return { heartbeats, events };
  }

  it('has on the topic exactly what it says was acknowledged, after it was told to end', async () => {
    // Prepare
    const topic = uniqueTopic('traffic');
    const { child, rates, exited, output } = start(topic, { RATE: '2000', SEED: '5' });

    // Act
    await until(() => rates.length >= 3);
    child.kill('SIGTERM');
    const code = await exited;

    // Assess
    const ended = JSON.parse(output().trim().split('\n').at(-1) ?? '{}');
    const { heartbeats, events } = await readTopic(topic);
    const beats = heartbeats.reduce((sum, count) => sum + count, 0);
    expect(code).toBe(0);
    expect(ended).toMatchObject({
      message: 'ended',
      reason: 'SIGTERM',
      acknowledged: events + beats,
      unsent: 0,
    });
    expect(events).toBeGreaterThan(2_000);
    expect(rates.at(-1)).toMatchObject({
      kind: 'rate',
      sentPerSecond: expect.any(Number),
      pending: expect.any(Number),
    });
  });

  it('writes heartbeats, the same number to each partition, also without the simulator', async () => {
    // Prepare
    const topic = uniqueTopic('beats');
    const { child, rates, exited } = start(topic, { SIMULATOR: 'false' });

    // Act
    await until(() => rates.length >= 3);
    child.kill('SIGTERM');
    await exited;

    // Assess
    const { heartbeats, events } = await readTopic(topic);
    expect(events).toBe(0);
    expect(heartbeats[0]).toBeGreaterThanOrEqual(3);
    expect(new Set(heartbeats).size).toBe(1);
  });

  it('takes SIGUSR2 for a spike of default size, as in a container, and goes on', async () => {
    // Prepare
    const CLICKSTREAM_HOME = mkdtempSync(join(tmpdir(), 'no-request-'));
    const { child, rates, exited, output } = start(uniqueTopic('spike'), { RATE: '100', CLICKSTREAM_HOME });
    await until(() => rates.length >= 1);

    // Act
    child.kill('SIGUSR2');
    await until(() => output().includes('news spike'));
    const seen = rates.length;
    await until(() => rates.length > seen);
    child.kill('SIGTERM');

    // Assess
    expect(await exited).toBe(0);
    const lines = output().trim().split('\n');
    expect(JSON.parse(lines.find((line) => line.includes('news spike')) ?? '{}')).toMatchObject({
      message: 'news spike',
      factor: 5,
      minutes: 3,
      usualPerSecond: 100,
    });
  });

  it('writes the past to an empty topic, and not once more when it is started again', async () => {
    // Prepare
    const topic = uniqueTopic('past');
    const env = { PAST: '10m', RATE: '20', DAILY_CURVE: 'false' };

    // Act
    const first = start(topic, env);
    await until(() => first.output().includes('100 %'));
    first.child.kill('SIGTERM');
    const codes = [await first.exited];
    const { events } = await readTopic(topic);
    const second = start(topic, env);
    await until(() => second.output().includes('so no past is written'));
    second.child.kill('SIGTERM');
    codes.push(await second.exited);

    // Assess
    expect(codes).toEqual([0, 0]);
    expect(events).toBeGreaterThanOrEqual(10 * 60 * 20);
    expect((await readTopic(topic)).events - events).toBeLessThan(2_000);
  });

  it('ends when its parent is gone', async () => {
    const { child, rates, exited, output } = start(uniqueTopic('orphan'), { RATE: '100' });
    await until(() => rates.length >= 1);
    child.disconnect();
    const code = await exited;
    expect({ code, said: output() }).toMatchObject({
      code: 0,
      said: expect.stringContaining('parent is gone'),
    });
  });

  it('stops at a setting that cannot be used, with one line', async () => {
    const { child, exited } = start(uniqueTopic('wrong'), { RATE: 'fast' });
    let line = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      line += chunk.toString();
    });
    expect(await exited).toBe(1);
    expect(line).toBe('RATE: "fast"; allowed: a whole number from 0 to 1000000\n');
  });

  it('ends at once where it is told to while Kafka is away', async () => {
    const { child, exited, output } = start(uniqueTopic('away'), { KAFKA_BROKERS: '127.0.0.1:1' });
    await until(() => output().includes('Kafka is away'));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
