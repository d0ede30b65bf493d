/** Mutants of the numbers themselves. */
import type { RollUp, SiteRollUp } from '../../../pipeline/core/roll-up';
import { type Mutant, replacing, rewriting } from './mutant';

function withoutLate(site: SiteRollUp): SiteRollUp {
  const { counts } = site.allTime;
  const views = Math.max(0, counts.views - counts.late);
  return { ...site, allTime: { ...site.allTime, counts: { ...counts, views } } };
}

function changing(change: (rollUp: RollUp) => RollUp) {
  return replacing((store) => ({
    commit: (shard, rollUp, found, nowMs, last) => store.commit(shard, change(rollUp), found, nowMs, last),
  }));
}

export const brokenCounts: readonly Mutant[] = [
  {
    name: 'late-not-in-all-time',
    about: 'an event that is too late for its minute is missing in all-time',
    seed: 1,
    ...changing((rollUp) => ({
      ...rollUp,
      sites: new Map(Array.from(rollUp.sites, ([name, site]) => [name, withoutLate(site)])),
    })),
  },
  {
    name: 'trim-drops-the-largest',
    about: 'what is read most gives way to "(other)"',
    seed: 1,
    ...rewriting('commit', [
      '  table.sort(counts)\n',
      '  table.sort(counts, function(a, b) return a > b end)\n',
    ]),
  },
  {
    name: 'trim-forgets-the-sum',
    about: 'what gave way is not in "(other)"',
    seed: 1,
    ...rewriting('commit', ["  call('HINCRBY', key, code .. '*', text(other))\n", '']),
  },
  {
    name: 'promoted-one-early',
    about: 'the set of visitors gives way at its bound, not above it',
    seed: 1,
    ...rewriting('commit', ['> limits.exactVisitorsMax', '>= limits.exactVisitorsMax']),
  },
  {
    name: 'unite-never-marked',
    about: 'visitors of a grown topic are added up',
    seed: 1,
    ...rewriting('commit', [
      "  if unite == 1 or (placed and placed ~= parts) then call('HSET', key, 'unite', '1') end\n",
      '',
    ]),
  },
  {
    name: 'largest-is-the-last',
    about: 'the newest event time goes back with a late event',
    seed: 1,
    ...rewriting('commit', ['if not before or p.largest[i + 1] > before then', 'if true then']),
  },
  {
    name: 'feed-keeps-the-oldest',
    about: 'the feed is full for ever',
    seed: 1,
    ...rewriting('commit', [
      "call('ZREMRANGEBYRANK', key, 0, -limits.feedMax - 1)",
      "call('ZREMRANGEBYRANK', key, limits.feedMax, -1)",
    ]),
  },
  {
    name: 'marks-not-written',
    about: 're-sends are recognised within a batch alone',
    seed: 1,
    ...changing((rollUp) => ({ ...rollUp, marks: [] })),
  },
];
