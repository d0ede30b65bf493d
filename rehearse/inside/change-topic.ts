/** `node change-topic.js BROKER create|delete JSON`: makes and deletes a topic on the real broker, where MSK would. Called by launcher.py. */
import { kafkaClient } from '../../pipeline/stream/kafka-client';

interface AskedTopic {
  readonly topic: string;
  readonly partitions?: number;
  /** Settings of the topic, JSON in base64, as the template has them. */
  readonly configs?: string;
}

async function main(): Promise<void> {
  const [broker = '', work, asked = '{}'] = process.argv.slice(2);
  const { topic, partitions = 1, configs } = JSON.parse(asked) as AskedTopic;
  const admin = kafkaClient({ brokers: [broker], auth: 'plain' }, 'rehearsal-msk', () => undefined).admin();
  await admin.connect();
  try {
    if (work === 'delete') {
      await admin.deleteTopics({ topics: [topic] });
      return;
    }
    const settings = JSON.parse(configs ? Buffer.from(configs, 'base64').toString() : '{}') as Record<
      string,
      string
    >;
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    // One broker holds what several would.
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }],
    });
  } finally {
    await admin.disconnect();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
