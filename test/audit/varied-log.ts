/**
 * A topic with records of every kind, whose log time goes over three days: created with producers' timestamps, so that
 * buckets are sealed and expire within a test. Seeded: the same records each time but for the day.
 */
import type { Kafka } from 'kafkajs';
import { Partitioners } from 'kafkajs';

export const PARTITIONS = 2;
const minute = 60_000;
const hour = 60 * minute;

interface Draft {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestampMs: number;
  readonly partition?: number;
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ages = [
  0,
  0,
  0,
  0,
  500,
  3_000,
  9 * minute,
  11 * minute,
  24 * hour,
  26 * hour,
  50 * hour,
  -4 * minute,
  -20 * minute,
];

const eventNames = ['event-0', 'event-1', 'event-2', 'Outbound Link: Click', 'File Download'];

function draftExtras(random: (below: number) => number): object {
  const amount = `${random(3)}${random(10_000)}.${random(10)}9`;
  return {
    props: { plan: ['free', 'team', 7, true][random(4)], url: `https://else.example/${random(3)}` },
    ...(random(3) === 0 ? {} : { revenue: { amount, currency: ['EUR', 'JPY'][random(2)] } }),
  };
}

function draftEvent(
  random: (below: number) => number,
  id: number,
  logMs: number,
  visitor: string,
  path: string,
): Draft {
  const ageMs = ages[random(ages.length)] as number;
  const isTrack = random(6) === 0;
  const isEngagement = !isTrack && random(8) === 0;
  const value = {
    v: 1,
    messageId: `m-${random(8) === 0 ? Math.max(0, id - random(40)) : id}`,
    type: isTrack ? 'track' : isEngagement ? 'engagement' : 'page',
    siteId: 'demo',
    anonymousId: visitor,
    timestamp: new Date(logMs - ageMs).toISOString(),
    ...(random(4) === 0 ? {} : { receivedAt: new Date(logMs - random(7) * minute).toISOString() }),
    ...(isTrack ? { event: eventNames[random(eventNames.length)] } : {}),
    properties: {
      path,
      referrer: `https://www.site-${random(5)}.example/x`,
      url: 'https://demo.example/',
      ...(isEngagement ? { engagedMs: 1 + random(90_000), scrolled: 1 + random(99) } : {}),
      ...(isTrack ? draftExtras(random) : {}),
    },
    context: {
      browser: `Browser ${random(4)}`,
      device: 'phone',
      os: `OS ${random(3)}`,
      country: ['CH', 'DE', 'ü\n'][random(3)],
      channel: ['search', 'ai', undefined][random(3)],
      campaign: { source: 'news', name: `may ${random(3)}` },
      ...(random(12) === 0 ? { bot: 'Googlebot' } : {}),
    },
  };
  return { key: `demo:${visitor}`, value: JSON.stringify(value), timestampMs: logMs };
}

const broken = [
  null,
  '',
  '{',
  '[]',
  '{"v":2}',
  '{"v":1,"type":"x"}',
  '{"v":1,"type":"page","siteId":"elsewhere"}',
  '{"v":1,"type":"edge","messageId":"e","reason":"bad_event","count":0}',
];

function draftRecord(random: (below: number) => number, id: number, logMs: number): Draft {
  const kind = random(20);
  if (kind === 0)
    return { key: null, value: broken[random(broken.length)] as string | null, timestampMs: logMs };
  if (kind === 1) {
    return {
      key: null,
      value: '{"v":1,"type":"heartbeat"}',
      timestampMs: logMs,
      partition: random(PARTITIONS),
    };
  }
  if (kind === 3) {
    const reason = ['rate_limited', 'bad_event'][random(2)];
    const messageId = `edge-${random(6) === 0 ? 0 : id}`;
    return {
      key: null,
      value: JSON.stringify({ v: 1, type: 'edge', messageId, reason, count: 1 + random(99) }),
      timestampMs: logMs,
      partition: random(PARTITIONS),
    };
  }
  if (kind === 2) {
    return {
      key: null,
      value: JSON.stringify({ user_id: `u${random(9)}`, page: '/old' }),
      timestampMs: logMs,
    };
  }
  const visitor = `visitor-${random(60)}`;
  const draft = draftEvent(
    random,
    id,
    logMs,
    visitor,
    random(15) === 0 ? `/long/${'\u{1f600}'.repeat(200)}` : `/page-${random(12)}`,
  );
  return random(40) === 0 ? { ...draft, partition: random(PARTITIONS) } : draft;
}

/** Hours before now, and how many records within two minutes from then. */
const phases = [
  [75, 250],
  [51, 250],
  [26, 250],
  [3, 250],
  [0.6, 250],
  [0.2, 500],
] as const;

function drafts(nowMs: number): Draft[] {
  const random = randomNumbers(7);
  const all: Draft[] = [];
  for (const [hours, records] of phases) {
    for (let i = 0; i < records; i++) {
      const logMs = nowMs - hours * hour + Math.floor((i / records) * 2 * minute);
      all.push(draftRecord(random, all.length, logMs));
    }
  }
  // A flood: more visitors than a set holds and more pages than a dimension holds, in each partition.
  for (let i = 0; i < 8_000; i++) {
    const logMs = nowMs - 5 * minute + Math.floor(i / 160) * 1_000;
    all.push(draftEvent(random, all.length, logMs, `flood-${i}`, `/flood-${i % 2_600}`));
  }
  // The newest record has a time of its own, as the broker's clock gives it.
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const timestampMs = nowMs - 4 * minute;
    all.push({ key: null, value: '{"v":1,"type":"heartbeat"}', timestampMs, partition });
  }
  return all;
}

/** Makes the topic and writes the log. Answers how many records it holds. */
export async function writeVariedLog(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: PARTITIONS,
        configEntries: [
          { name: 'message.timestamp.type', value: 'CreateTime' },
          { name: 'retention.ms', value: '-1' },
        ],
      },
    ],
  });
  const all = drafts(Date.now());
  for (let i = 0; i < all.length; i += 500) {
    const messages = all.slice(i, i + 500).map(({ key, value, timestampMs, partition }, k) => ({
      key,
      value,
      timestamp: String(timestampMs),
      // Without a key kafkajs draws a partition; here the log is the same each time.
      partition: partition ?? (key === null ? k % PARTITIONS : (undefined as unknown as number)),
    }));
    await producer.send({ topic, messages });
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  return all.length;
}
