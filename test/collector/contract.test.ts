/** docs/openapi-collector.yaml is what our own dialect answers, and what it takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { OfflineCollector } from '../support/offline-collector';

const contract = parse(readFileSync(join(__dirname, '../../docs/openapi-collector.yaml'), 'utf8')) as {
  readonly paths: Readonly<Record<string, { readonly post: { readonly responses: object } }>>;
};
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictSchema: false, allErrors: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
ajv.addSchema(contract, 'contract');

const faults = (schema: string, value: unknown) => {
  const validate = ajv.getSchema(`contract#/components/schemas/${schema}`);
  return validate?.(value) ? [] : (validate?.errors ?? ['no such schema']);
};

const event = {
  type: 'track',
  messageId: 'm-1',
  timestamp: '2026-01-01T12:00:00.120Z',
  event: 'sign_up',
  anonymousId: 'visitor-1',
  properties: {
    url: 'https://demo.example/a',
    props: { plan: 'pro', seats: 3 },
    revenue: { amount: '19.99', currency: 'EUR' },
  },
};
const engagement = { type: 'engagement', properties: { url: '/a', engagedMs: 3_000, scrolled: 40 } };

let collector: OfflineCollector;

beforeAll(async () => {
  collector = new OfflineCollector();
  await collector.open();
});
afterAll(() => collector.close());

test('what the contract lets in is taken', async () => {
  const envelope = { writeKey: 'demo', sentAt: '2026-01-01T12:00:01Z', events: [event, engagement] };
  expect(faults('Envelope', envelope)).toEqual([]);
  const answer = await collector.post('/api/v1/events', JSON.stringify(envelope));
  expect(await answer.json()).toEqual({ accepted: 2, rejected: [] });
  expect(collector.events.find(({ type }) => type === 'engagement')?.properties).toMatchObject({
    path: '/a',
    engagedMs: 3_000,
    scrolled: 40,
  });
});

test('every answer is one of the contract', async () => {
  const answers = [
    await collector.send([event, { type: 'page' }]),
    await collector.send([event], { authorization: 'Bearer x' }),
    await collector.send('{'),
    await collector.post('/api/v1/events', Buffer.alloc(1024 * 1024 + 1), { authorization: 'Bearer demo' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 413]);
  const described = Object.keys(contract.paths['/api/v1/events']?.post.responses ?? {});
  for (const answer of answers) {
    expect(described).toContain(String(answer.status));
    expect(faults(answer.status === 200 ? 'Accepted' : 'Refusal', await answer.json())).toEqual([]);
  }
});
