/**
 * The port of repair over logs in memory: one array of records a partition, at the offsets 0, 1, 2, ... A test changes the arrays as it
 * likes, also in ways that no Kafka would: it may cut their end and write other records there. Nothing else ever goes wrong.
 */
import type { LogRecord } from '../../pipeline/core/event';
import type { LogSource } from '../../pipeline/stream/log-source';

const fetchedMax = 500;

/** `endOf`: one past the last offset that the log holds by now; default: of the array. */
export function arrayLogSource(
  partitions: readonly (readonly LogRecord[])[],
  endOf: (partition: number) => number = (partition) => partitions[partition]?.length ?? 0,
): LogSource {
  const boundsOf = (partition: number) => ({ logStart: 0, logEnd: endOf(partition) });
  return {
    open: async (_, partition) => ({
      bounds: async () => boundsOf(partition),
      fetch: async (offset) => {
        const bounds = boundsOf(partition);
        if (offset > bounds.logEnd) return undefined;
        const provenTo = Math.min(offset + fetchedMax, bounds.logEnd);
        const records = partitions[partition]?.slice(offset, provenTo) ?? [];
        return { ...bounds, records, provenTo, readableTo: bounds.logEnd };
      },
      close: async () => undefined,
    }),
    offsets: async () =>
      partitions.map((_, partition) => ({ partition, ...boundsOf(partition), groupOffset: undefined })),
  };
}
