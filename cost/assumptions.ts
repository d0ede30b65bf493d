/** What is neither priced nor measured. All of them are printed with the bill: change one here and the bill follows. */
export const ASSUMPTIONS = {
  evenTraffic: {
    value: 1,
    text: 'traffic is even over day and partitions: peaks need room (--events-per-minute of the peak), and cost less on average',
  },
  site: {
    value: 100_000,
    text: 'each site is like `large` of docs/scaling.md: 100,000 pages, 200 values of the other kinds, five events a visitor and day',
  },
  compression: {
    value: 1,
    text: 'records are not compressed in Kafka, as the producer writes them; producers that compress pay less for the log',
  },
  onDemandPollers: {
    value: 1,
    text: 'on demand: as many event pollers as the rate needs, at 5 MB/s each, and one at least',
  },
  batchFill: {
    value: 0.1,
    text: 'each poller makes a batch of all its partitions when the window ends or it is full; a window of 0 counts as 0.1 s',
  },
  processor: {
    value: 1,
    text: 'a processor of Lambda and Fargate (arm64) is as fast as the one that the bench ran on',
  },
  spotShare: {
    value: 0.5,
    text: 'spare capacity of Fargate (producer.spot) takes half of the price on demand; AWS asks for up to 70 % less, and changes it slowly',
  },
  invocationSeconds: {
    value: 0.002,
    text: 'an invocation takes 2 ms beside the work, and each round trip to the cache 1 ms',
  },
  roundTripSeconds: { value: 0.001, text: '' },
  sharedAnswerSeconds: {
    value: 0.002,
    text: 'a page asks once a second; answers that viewers share within a quarter of a second take 2 ms each',
  },
  repairSeconds: {
    value: 1,
    text: 'a run of repair takes 1 s while nothing is missing, a start of the audit 2 s',
  },
  auditStartSeconds: { value: 2, text: '' },
  authorizerSeconds: {
    value: 0.05,
    text: 'the authorizer takes 50 ms for a token; at most 10,000 people sign in in a month, which Cognito does not bill',
  },
  answerBytes: {
    value: 1_000,
    text: 'a heartbeat takes 150 bytes in the log; HTTP headers of an answer 1,000 bytes',
  },
  heartbeatBytes: { value: 150, text: '' },
  expressCopies: {
    value: 3,
    text: 'express bills all three copies of what it keeps (its StorageUsed counts three)',
  },
  standardBrokers: {
    value: 3,
    text: 'a standard broker takes a third of an express broker of its size (AWS: express takes up to three times as much), a t3.small a fifteenth of express.m7g.large',
  },
  metricsPerBroker: { value: 50, text: 'PER_BROKER makes 50 priced metrics a broker' },
  invocationLogBytes: {
    value: 400,
    text: 'Lambda logs 400 bytes an invocation, API Gateway 500 bytes a request, a broker 0.5 GB, a task 0.1 GB, flow logs 2 GB a month',
  },
  requestLogBytes: { value: 500, text: '' },
  brokerLogGb: { value: 0.5, text: '' },
  taskLogGb: { value: 0.1, text: '' },
  flowLogGb: { value: 2, text: '' },
  imageGb: { value: 0.5, text: 'images and bundles of the last releases: 0.5 GB' },
  clickBytes: {
    value: 1_500,
    text: 'trackers send one event a request, of 1,500 bytes with its headers, and hear 700; a preflight is remembered for a day and left out',
  },
  clickAnswerBytes: { value: 700, text: '' },
  connectionsPerClick: {
    value: 0.5,
    text: 'browsers open a connection to a load balancer for every second click, and have it open for a minute',
  },
  headroom: {
    value: 0.7,
    text: 'handlers and the store are taken for full when they are busy for 70 % of the time',
  },
} as const;

export type Assumption = keyof typeof ASSUMPTIONS;

export function assumed(name: Assumption): number {
  return ASSUMPTIONS[name].value;
}

export function assumptionTexts(): string[] {
  return Object.values(ASSUMPTIONS)
    .map(({ text }) => text)
    .filter((text) => text !== '');
}
