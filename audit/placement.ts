/** In which partition a visitor's records belong: asked of kafkajs' own partitioner, not of the pipeline's. */
import { Partitioners } from 'kafkajs';

export function placement(
  topic: string,
  partitionCount: number,
): (siteId: string, anonymousId: string) => number {
  const partitionOf = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitionCount }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }));
  return (siteId, anonymousId) =>
    partitionOf({ topic, partitionMetadata, message: { key: `${siteId}:${anonymousId}`, value: null } });
}
