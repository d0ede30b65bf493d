import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE_MS } from '../../pipeline/core/limits';
import { CAMPAIGNS, campaignShare } from '../../producer/simulator/campaigns';

const midnightMs = Date.UTC(2026, 0, 1);
const dayMinutes = 24 * 60;

test('the table of campaigns in docs/simulator.md is the schedule', () => {
  const document = readFileSync(join(__dirname, '../../docs/simulator.md'), 'utf8');
  const rows = Array.from(document.matchAll(/^\| (\S+) \| (\S+) \/ (\S+) \|(.*)\|$/gm), (match) => {
    const [, name, source, medium, numbers = ''] = match;
    const cells = numbers.split('|').map((cell) => cell.trim());
    return [name, source, medium, ...cells];
  });
  const scheduled = CAMPAIGNS.map(({ campaign, everyMs, startsAtMs, lengthMs, share, halfLifeMs }) => [
    campaign.name,
    campaign.source,
    campaign.medium,
    ...[everyMs, startsAtMs, lengthMs].map((ms) => `${ms / MINUTE_MS} min`),
    `${share * 100} %`,
    halfLifeMs === undefined ? '' : `${halfLifeMs / MINUTE_MS} min`,
  ]);
  // The first is the head of the table.
  expect(rows.slice(1)).toEqual(scheduled);
});

test('each ends before it begins again, and the days are alike', () => {
  for (const { everyMs, lengthMs } of CAMPAIGNS) {
    expect(lengthMs).toBeLessThan(everyMs);
    expect((dayMinutes * MINUTE_MS) % everyMs).toBe(0);
  }
});

test('together they never bring more than all sessions, and now and then none of them', () => {
  const sums = Array.from({ length: dayMinutes }, (_, minute) =>
    CAMPAIGNS.reduce((sum, scheduled) => sum + campaignShare(scheduled, midnightMs + minute * MINUTE_MS), 0),
  );
  expect(Math.max(...sums)).toBeLessThan(0.8);
  expect(sums.filter((sum) => sum < 0.05).length).toBeGreaterThan(60);
});
