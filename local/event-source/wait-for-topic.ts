import type { Kafka } from 'kafkajs';

const askAgainAfterMs = 500;

/** Waits, for ever if need be, until the topic is there: whoever writes to it makes it. Kafka may come up later than we do. */
export async function waitForTopic(kafka: Kafka, topic: string, say: (line: string) => void): Promise<void> {
  const admin = kafka.admin();
  let hasSaid = false;
  for (;;) {
    try {
      await admin.connect();
      if ((await admin.listTopics()).includes(topic)) break;
      if (!hasSaid) say(`Waiting for topic ${topic}`);
      hasSaid = true;
    } catch {
      // The client says by itself that Kafka is away.
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainAfterMs));
  }
  await admin.disconnect();
}
