/** Mutants of the commit: what holds counts and progress together. */
import type { ShardId } from '../../../pipeline/store/keys';
import type { RebuildStore } from '../../../pipeline/store/rebuild-port';
import { type Mutant, replacing, rewriting } from './mutant';

const duplicate = "if past <= next then return { 'duplicate', next } end\n";
const overlap = "if first < next then return { 'overlap', next } end\n";
const behind = "if first > next then return { 'behind', next } end\n";
const torn = "if known[3] then return { 'torn', next } end\n";
const setNext = "call('HSET', state, 'next', ARGV[3])\n";
const ledger = "for i = 1, #p.ledger, 2 do call('HINCRBY', state, p.ledger[i], text(p.ledger[i + 1])) end\n";

export const brokenCommits: readonly Mutant[] = [
  {
    name: 'offsets-unchecked',
    about: 'every commit is applied, whatever was counted before',
    seed: 1,
    ...rewriting('commit', [duplicate, ''], [overlap, ''], [behind, '']),
  },
  {
    name: 'behind-applied',
    about: 'a run above `next` is applied, and what is missing is never counted',
    seed: 1,
    ...rewriting('commit', [behind, '']),
    // The look-up would already have refused it.
    ...replacing((store) => ({
      lookUp: async (...asked) => {
        const found = await store.lookUp(...asked);
        return { ...found, next: Number.NaN };
      },
    })),
  },
  {
    name: 'overlap-applied-whole',
    about: 'a run that was counted in part is counted whole',
    seed: 1,
    ...rewriting('commit', [overlap, '']),
  },
  {
    name: 'two-calls',
    about: 'counts in one call, `next` in a second',
    seed: 1,
    ...rewriting('commit', [setNext, '']),
    ...replacing((store, redis) => ({
      commit: async (shard, rollUp, found, nowMs, last) => {
        const outcome = await store.commit(shard, rollUp, found, nowMs, last);
        if (outcome.kind !== 'applied') return outcome;
        const state = `{${shard.topic}.${shard.generation}:${shard.partition}}:state`;
        await store.task?.suspend('set next', () => redis.hset(state, 'next', rollUp.nextOffset));
        return outcome;
      },
    })),
  },
  {
    name: 'write-before-check',
    about: 'the ledger is written before offsets are compared',
    seed: 1,
    ...rewriting(
      'commit',
      [ledger, ''],
      [
        torn,
        `local early = cmsgpack.unpack(ARGV[4]).ledger
for i = 1, #early, 2 do call('HINCRBY', state, early[i], string.format('%.0f', early[i + 1])) end
${torn}`,
      ],
    ),
  },
  {
    name: 'first-run-above-0',
    about: 'a shard that is not there begins wherever its first run does',
    seed: 1,
    ...rewriting('commit', ["tonumber(known[2] or '0')", 'tonumber(known[2] or ARGV[2])']),
    ...replacing((store) => ({
      lookUp: async (...asked) => {
        const found = await store.lookUp(...asked);
        return { ...found, next: found.next ?? Number.NaN };
      },
    })),
  },
  {
    name: 'torn-never-set',
    about: 'a script that breaks off half-way leaves no mark',
    seed: 6,
    ...rewriting('commit', ["\ncall('HSET', state, 'torn', '1')\n", '\n'], ['not addsUp()', 'false']),
  },
  {
    name: 'torn-ignored',
    about: 'a shard that is torn takes commits',
    seed: 6,
    ...rewriting('commit', [torn, '']),
    ...replacing((store) => ({
      lookUp: async (...asked) => ({ ...(await store.lookUp(...asked)), torn: false }),
    })),
  },
  {
    name: 'moved-ignored',
    about: 'a shard that was moved to another generation takes commits',
    seed: 9,
    ...rewriting('commit', ["if known[5] and ARGV[6] ~= '1' then", 'if false then']),
    ...replacing((store) => ({
      lookUp: async (...asked) => ({ ...(await store.lookUp(...asked)), movedTo: undefined }),
    })),
  },
  {
    name: 'switch-without-closing',
    about: 'readers go over to the new generation, and the old one goes on taking commits',
    seed: 9,
    rebuildStore: (store) =>
      Object.assign(Object.create(store) as RebuildStore, {
        close: async (shard: ShardId) => (await store.standing(shard))?.next ?? 0,
      }),
  },
  {
    name: 'lost-told-as-empty',
    about: 'what retention took before it was counted is not told',
    seed: 1,
    ...rewriting('passOver', ["'next', ARGV[2], ARGV[3], passed", "'next', ARGV[2], 'empty', passed"]),
  },
];
