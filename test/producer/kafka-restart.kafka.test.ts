/** Nothing that was acknowledged is lost when Kafka is killed under load: on a Kafka of its own, which is killed for real. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { homeAt } from '../../local/home';
import { commandRunner } from '../../local/services/command-runner';
import { type LocalServices, startServices } from '../../local/services/local-services';
import { findFreePort } from '../../local/services/ports';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { readRange } from '../../pipeline/stream/range-read';
import type { RateMessage } from '../../producer/rate-report';

const partitions = 2;
const topic = 'restart';

describe('the producer while Kafka is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-restart-'));
  const program = join(folder, 'main.js');
  let services: LocalServices;

  beforeAll(async () => {
    buildSync({ entryPoints: ['producer/main.ts'], bundle: true, platform: 'node', outfile: program });
    services = await startServices({
      home: homeAt(folder),
      machine: { runner: commandRunner, mayUseApt: false, say: () => undefined },
      choices: { kafka: { from: 'here' }, redis: { from: 'setting', address: 'redis://unused' } },
      kafkaPort: await findFreePort(2),
      redisPort: 1,
      isFresh: false,
      say: () => undefined,
      onStart: () => undefined,
    });
  }, 90_000);
  afterAll(async () => {
    for (const process of services?.processes ?? []) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says once that it is away and once that it is back, loses nothing and writes nothing twice', async () => {
    // Prepare
    const lines: Record<string, unknown>[] = [];
    const env = { KAFKA_BROKERS: services.kafkaBrokers, TOPIC: topic, TOPIC_PARTITIONS: String(partitions) };
    const child = fork(program, [], {
      silent: true,
      env: { ...process.env, ...env, RATE: '3000', SEED: '1' },
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line));
    });
    const rates: RateMessage[] = [];
    child.on('message', (message) => rates.push(message as RateMessage));
    const rateThat = async (isSo: (rate: RateMessage) => boolean): Promise<RateMessage> => {
      for (;;) {
        const rate = rates.at(-1);
        if (rate !== undefined && isSo(rate)) return rate;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    // Act: kill it under load; its supervisor starts it again
    const before = await rateThat(({ acknowledged }) => acknowledged > 4_000);
    process.kill(services.processes[0]?.pid as number, 'SIGKILL');
    const away = await rateThat(({ sentPerSecond }) => sentPerSecond === 0);
    await rateThat(({ acknowledged }) => acknowledged > away.acknowledged + 6_000);
    child.kill('SIGTERM');
    const code = await exited;

    // Assess
    const kafka = kafkaClient({ brokers: [services.kafkaBrokers], auth: 'plain' }, 'test-restart');
    const ids = new Map<string, number>();
    let records = 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      await readRange(kafka, topic, partition, 0, 10_000_000, (run) => {
        records += run.length;
        for (const { value } of run) {
          const id = /"messageId":"([^"]+)"/.exec(Buffer.from(value ?? []).toString())?.[1];
          if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
        }
      });
    }
    expect(code).toBe(0);
    expect(away.acknowledged).toBeGreaterThan(before.acknowledged - 1);
    expect(lines.at(-1)).toMatchObject({ message: 'ended', acknowledged: records, unsent: 0 });
    const messages = lines.map(({ message }) => String(message));
    expect(messages.filter((message) => message.startsWith('Kafka is away'))).toHaveLength(1);
    expect(messages.filter((message) => message.startsWith('Kafka is back'))).toHaveLength(1);
    // All but the simulator's own re-sends are there once: numbered without a gap from the first to the last.
    const numbers = [...ids.keys()].map((id) => Number.parseInt(id.split('-')[2] as string, 36));
    expect(Math.max(...numbers) - numbers.length).toBeLessThan(Math.max(...numbers) * 0.01);
  }, 120_000);
});
