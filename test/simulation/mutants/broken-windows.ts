/** Mutants of what is remembered for a while: marks of messageIds, last-seen visitors, open buckets. */
import { type Mutant, replacing, rewriting } from './mutant';

const markSliceMs = 150_000;

export const brokenWindows: readonly Mutant[] = [
  {
    name: 'look-up-not-tied',
    about: 'marks are looked up, and `next` by a call of its own: others commit in between',
    seed: 1,
    ...replacing((store) => ({
      lookUp: async (shard, firstTimestampMs, identities) => {
        const found = await store.lookUp(shard, firstTimestampMs, identities);
        const { markSlices, digests, asked, firstPlaces } = found;
        const later = await store.lookUp(shard, firstTimestampMs, []);
        return { ...later, markSlices, digests, asked, firstPlaces };
      },
    })),
  },
  {
    name: 'window-by-wall-clock',
    about: 're-sends are recognised for ten minutes of the wall clock',
    seed: 1,
    ...replacing((store) => ({
      lookUp: async (...asked) => {
        const found = await store.lookUp(...asked);
        const newest = Math.floor(Date.now() / markSliceMs);
        const markSlices = found.markSlices.map((slice) =>
          slice !== undefined && newest - slice <= 4 ? slice : undefined,
        );
        return { ...found, markSlices };
      },
    })),
  },
  {
    name: 'marks-dropped-early',
    about: 're-sends are recognised for five minutes',
    seed: 1,
    ...replacing((store) => ({
      lookUp: async (shard, firstTimestampMs, identities) => {
        const found = await store.lookUp(shard, firstTimestampMs, identities);
        const newest = Math.floor(Math.max(firstTimestampMs, found.logTimeMs) / markSliceMs);
        const markSlices = found.markSlices.map((slice) =>
          slice !== undefined && newest - slice <= 2 ? slice : undefined,
        );
        return { ...found, markSlices };
      },
    })),
  },
  {
    name: 'ttl-on-open-bucket',
    about: 'buckets have a time to live, and an evicting store takes them first',
    seed: 1,
    ...rewriting('commit', [
      "  local placed = call('HGET', key, 'parts')\n",
      "  local placed = call('HGET', key, 'parts')\n  call('EXPIRE', key, 172800)\n",
    ]),
  },
  {
    name: 'last-seen-by-wall-clock',
    about: 'visitors are forgotten by the clock of the store',
    seed: 1,
    ...rewriting('commit', [
      'text(logTime - limits.liveKeptMs)',
      "text(tonumber(call('TIME')[1]) * 1000 - limits.liveKeptMs)",
    ]),
  },
  {
    name: 'last-seen-goes-back',
    about: 'a late event makes its visitor older',
    seed: 1,
    ...rewriting('commit', ["call('ZADD', key, 'GT', ...)", "call('ZADD', key, ...)"]),
  },
  {
    name: 'seal-writes-no-number',
    about: 'a closed bucket loses its visitors',
    seed: 1,
    ...rewriting('commit', [
      "  call('HSET', counts, 'visitors', text(visitors), 'visitorsExact', exact and '1' or '0')\n",
      '',
    ]),
  },
  {
    name: 'seal-keeps-the-set',
    about: 'sets of visitors are never given up',
    seed: 1,
    ...rewriting('commit', [", exact and '1' or '0')\n  call('DEL', set)", ", exact and '1' or '0')"]),
  },
  {
    name: 'hours-never-close',
    about: 'hours are not sealed',
    seed: 1,
    ...rewriting('commit', [
      'if step.seal then',
      "if step.seal and not string.find(KEYS[step.seal[1]], '}:h:', 1, true) then",
    ]),
  },
  {
    name: 'nothing-expires',
    about: 'what is due is not dropped',
    seed: 1,
    ...rewriting('commit', ["for _, at in ipairs(step.drop) do call('UNLINK', KEYS[at]) end", '']),
  },
];
