import type { ClickEvent, Extras } from '../../pipeline/core/event';
import { judgeRecords } from '../../pipeline/core/validation';
import {
  customEvent,
  DEMO_SITE,
  edgeSummary,
  engagement,
  pageView,
  recordOf,
  TEST_NONCE,
} from '../support/build-event';

function eventOf(value: unknown): ClickEvent {
  const verdict = judgeRecords([recordOf(value)], DEMO_SITE, TEST_NONCE)[0]?.verdict;
  if (verdict?.kind !== 'event') throw new Error(`no event: ${JSON.stringify(verdict)}`);
  return verdict.event;
}

function propsOf(props: unknown): Record<string, string> {
  const { extras } = eventOf(customEvent('sign_up', { properties: { props } }));
  return Object.fromEntries(extras?.props ?? []);
}

const plain: Extras = { props: new Map(), link: undefined, revenue: undefined, engagement: undefined };

test('an event without any has none, and neither has one with nothing in them', () => {
  expect(eventOf(pageView()).extras).toBeUndefined();
  for (const props of [{}, [], 'plan', 7, null, { plan: null, list: [1], deep: { a: 1 }, empty: '' }])
    expect(eventOf(customEvent('sign_up', { properties: { props } })).extras).toBeUndefined();
});

test('props are kept as text, also by names that mean something to the language', () => {
  const text = '{"plan":"team","seats":5,"trial":false,"__proto__":"x","constructor":"y","price":1.50}';
  expect(JSON.stringify(propsOf(JSON.parse(text)))).toBe(
    '{"plan":"team","seats":"5","trial":"false","__proto__":"x","constructor":"y","price":"1.5"}',
  );
});

test('thirty props are taken, each cut and well-formed', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key ${i}`, i]));
  expect(Object.keys(propsOf(many))).toEqual(Array.from({ length: 30 }, (_, i) => `key ${i}`));
  expect(propsOf({ ['k'.repeat(500)]: 'v'.repeat(500) })).toEqual({ ['k'.repeat(120)]: 'v'.repeat(120) });
  expect(propsOf({ 'a\ud800': '\udfff' })).toEqual({ 'a\ufffd': '\ufffd' });
  const alike = { [`${'k'.repeat(120)}1`]: 'first', [`${'k'.repeat(120)}2`]: 'second' };
  expect(propsOf(alike)).toEqual({ ['k'.repeat(120)]: 'first' });
});

test('the url of a link is counted of the events that have one', () => {
  const link = (event: string, url: unknown): string | undefined =>
    eventOf(customEvent(event, { properties: { props: { url, plan: 'x' } } })).extras?.link;
  const far = `https://else.example/${'a'.repeat(500)}`;
  expect(link('Outbound Link: Click', far)).toBe(far.slice(0, 300));
  expect(link('File Download', 'https://demo.example/a.pdf')).toBe('https://demo.example/a.pdf');
  expect(link('File Download', 7)).toBeUndefined();
  expect(link('sign_up', far)).toBeUndefined();
});

test('revenue is thousandths of a currency, on page views too', () => {
  const properties = { path: '/thanks', revenue: { amount: '19.99', currency: 'EUR' } };
  const revenue = { currency: 'EUR', thousandths: 19_990 };
  expect(eventOf(customEvent('purchase', { properties })).extras).toEqual({ ...plain, revenue });
  expect(eventOf(pageView({ properties })).extras).toEqual({ ...plain, revenue });
  expect(eventOf(pageView({ properties: { path: '/', revenue: null } })).extras).toBeUndefined();
});

test('an engagement has time and depth, and nothing else', () => {
  const properties = { path: '/a', engagedMs: 900, props: { plan: 'x' }, revenue: 'not looked at' };
  const event = eventOf(engagement('', { properties }));
  expect(event).toMatchObject({ type: 'engagement', page: { path: '/a' } });
  expect(event.extras).toEqual({ ...plain, engagement: { engagedMs: 900, scrolled: 0 } });
});

test('a summary of the edge belongs to no site', () => {
  expect(judgeRecords([recordOf(edgeSummary())], DEMO_SITE, TEST_NONCE)[0]?.verdict).toEqual({
    kind: 'summary',
    summary: { messageId: 'edge-1', reason: 'rate_limited', count: 7 },
  });
});
