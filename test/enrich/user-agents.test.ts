import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeClient } from '../../enrich/user-agent';
import { BOT_USER_AGENTS } from '../../producer/simulator/catalogue';
import {
  observedUserAgents,
  sampleUserAgents,
  userAgentsFile,
  weightUnit,
  writeSample,
} from '../support/user-agent-sample';

const root = join(__dirname, '../..');
const committed = readFileSync(join(root, userAgentsFile), 'utf8');
const sample = JSON.parse(committed) as Readonly<Record<string, number>>;
const sum = Object.values(sample).reduce((total, weight) => total + weight, 0);

test('the headers are what the package has (else: node run.mjs test/support/write-user-agents.ts)', () => {
  expect(committed).toBe(writeSample(sampleUserAgents(observedUserAgents())));
});

test('docs/simulator.md says how many headers there are and how much of the traffic they cover', () => {
  const [, headers, covered] =
    /(\d+) most used headers[^.]*?about (\d+) %/s.exec(
      readFileSync(join(root, 'docs/simulator.md'), 'utf8'),
    ) ?? [];
  expect(Object.keys(sample)).toHaveLength(Number(headers));
  expect(Math.round((sum / weightUnit) * 100)).toBe(Number(covered));
});

test('the edge takes none of the people for a bot, and every crawler for one', () => {
  const bots = (headers: readonly string[]) =>
    headers.filter((header) => describeClient(header).bot === true);
  expect(bots(Object.keys(sample))).toEqual([]);
  const crawlers = BOT_USER_AGENTS.map(([header]) => header);
  expect(bots(crawlers)).toEqual(crawlers);
});

test('the edge names a browser, a device and a system for nearly all of the traffic', () => {
  const named = Object.entries(sample).filter(([header]) => {
    const { browser, device, os } = describeClient(header);
    return browser !== undefined && device !== undefined && os !== undefined;
  });
  expect(named.reduce((total, [, weight]) => total + weight, 0) / sum).toBeGreaterThan(0.99);
});
