import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { visitorPartition } from '../../pipeline/core/partition';

test("a visitor's partition is the one that Kafka's default partitioner chooses for its key", () => {
  const theirs = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 64 }), (visitor, partitions) => {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        partitionErrorCode: 0,
        replicas: [1],
        isr: [1],
      }));
      const message = { key: Buffer.from(`demo:${visitor}`), value: null };
      const expected = theirs({ topic: 'clicks', partitionMetadata, message });
      expect(visitorPartition('demo', visitor, partitions)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});
