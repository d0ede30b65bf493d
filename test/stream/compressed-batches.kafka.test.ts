/** Batches as a real broker compresses them (`compression.type` of the topic), read by everything that reads the log. */
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { LogReader } from '../../audit/log-reader';
import { readCompressedBatches } from '../../pipeline/stream/compressed-batches';
import { kafkaClient } from '../../pipeline/stream/kafka-client';
import { readAll } from '../audit/count-topic';
import { EventSourceHarness, until } from '../local/event-source-harness';
import { RebuildStage } from '../rebuild/rebuild-stage';
import { testBrokers } from './test-kafka';

jest.setTimeout(120_000);

/** Of a hundred kinds, several blocks large, and such as no codec makes smaller. */
function values(): string[] {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const noise = (bytes: number): string => {
    return Array.from({ length: bytes }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('');
  };
  const short = Array.from({ length: 2_000 }, (_, i) => `{"page":"/p${i % 100}","user":"${noise(8)}"}`);
  return [...short, noise(200_000), 'a'.repeat(200_000), '', 'ä€😀'.repeat(5_000)];
}

const written = values();

test.each(['snappy', 'lz4', 'zstd'])(
  'in %s the event source and every reader of ranges get what was written',
  async (codec) => {
    const harness = new EventSourceHarness();
    await harness.makeCompressedTopic(codec);
    await harness.writeValues(0, ...written.slice(0, 2_001));
    await harness.writeValues(0, ...written.slice(2_001));
    const delivered: string[] = [];

    harness.start((event) => {
      for (const { value } of Object.values(event.records).flat()) {
        delivered.push(Buffer.from(value ?? '', 'base64').toString());
      }
    });
    await until(async () => (await harness.committed(0)) === written.length);
    await harness.close();

    expect(delivered).toEqual(written);
    const ranged = await readAll(harness.kafka, harness.topic, 0);
    expect(ranged.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(written);
    const audited: string[] = [];
    const reader = new LogReader(harness.kafka, harness.topic);
    await reader.read(0, 0, written.length, async (records) => {
      audited.push(...records.map(({ value }) => Buffer.from(value ?? []).toString()));
      return true;
    });
    await reader.close();
    expect(audited).toEqual(written);
  },
);

test('a rebuild and the audit count a log in zstd as the consumer does', async () => {
  const stage = new RebuildStage();
  await stage.openSmall('zstd');
  await stage.countAll();

  const report = await stage.rebuild();

  expect(report.isSwitched).toBe(true);
  expect(report.comparison.differences).toEqual([]);
  expect(await stage.differences()).toEqual([]);
  await stage.close();
});

test('a batch that cannot be read is told by a line, and once it can be, its partition goes on', async () => {
  const said: string[] = [];
  const kafka = kafkaClient({ brokers: testBrokers(), auth: 'plain' }, 'test', (line) => said.push(line));
  const harness = new EventSourceHarness();
  await harness.makeCompressedTopic('lz4');
  await harness.writeValues(0, 'a', 'b');
  const codec = CompressionCodecs[CompressionTypes.LZ4]();
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    decompress: (bytes: Buffer) => codec.decompress(bytes.subarray(0, bytes.length - 4)),
  });
  try {
    harness.start(() => null, { kafka });
    await until(() => said.some((line) => line.includes('a batch in lz4 cannot be read: it ends at byte')));
  } finally {
    readCompressedBatches();
  }

  await until(async () => (await harness.committed(0)) === 2);
  await harness.close();
});
