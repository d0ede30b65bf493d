/** `npm run histories`: wiring alone. The last line of a failure is what to type to see it again. */
import { Redis } from 'ioredis';
import { IN_MEMORY, RedisServer } from '../../faults/redis-server';
import { answerHelp } from '../../local/help';
import { homeAt } from '../../local/home';
import { runCommand } from '../../local/run-command';
import { onStopSignal } from '../../local/shutdown';
import { claimRun } from '../../local/supervisor/run-file';
import { SETTING } from '../../pipeline/settings';
import { drawHistory } from './draw-history';
import { describeOptions } from './draw-options';
import { searchSmallSpace } from './exhaustive/search';
import type { Mutant } from './mutants/mutant';
import { MUTANTS } from './mutants/mutants';
import { type RunOptions, readRunOptions, usage } from './options';
import { playHistories } from './play-histories';
import { reportFailure } from './report';

const stopMsMax = 10_000;
/** Standard output is for what was found. */
const say = (line: string): void => console.error(line);
const toldEvery = 1_000;
const smallSpace = { batches: 4, failOvers: 2 };
/** Where a mutant shows at once, if it does. */
const smallestSpace = { batches: 2, failOvers: 1 };

async function searchFirst(redis: Redis, mutant: Mutant | undefined): Promise<boolean> {
  const startMs = performance.now();
  const { states, storeStates, failure } = await searchSmallSpace(redis, smallSpace, mutant);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(
    `exhaustive: ${smallSpace.batches} batches, their twins, repair, ${smallSpace.failOvers} fail-overs: ` +
      `${states} states, ${storeStates} of the store, ${seconds} s`,
  );
  if (failure === undefined) return true;
  console.log(failure.what);
  for (const step of failure.steps) console.log(`  ${step}`);
  return false;
}

async function playAll(redis: Redis, options: RunOptions): Promise<number> {
  const { seed, count, mutant } = options;
  console.log(
    `seed ${seed}${count === 1 ? '' : `, ${count} histories, the last of seed ${seed + count - 1}`}`,
  );
  if (count === 1) console.log(describeOptions(drawHistory(seed).options));
  if (!options.isRandomOnly && !(await searchFirst(redis, mutant))) {
    console.log(
      `to see it again: npm run histories${mutant === undefined ? '' : ` -- --mutant ${mutant.name}`}`,
    );
    return 1;
  }
  const startMs = performance.now();
  const { played, cells, failed } = await playHistories(redis, { seed, count }, mutant, (done) => {
    if (done % toldEvery === 0) say(`${done} histories`);
  });
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  if (failed === undefined) {
    console.log(`${played} histories, ${cells} cells compared, 0 differing, ${seconds} s`);
    return 0;
  }
  for (const line of await reportFailure(redis, failed, mutant)) console.log(line);
  return 1;
}

/** One line each, as the table of docs/histories.md has them. */
async function playMutants(redis: Redis, { seed, count }: RunOptions): Promise<number> {
  console.log(`seed ${seed}`);
  let escaped = 0;
  for (const mutant of MUTANTS) {
    const { states, failure } = await searchSmallSpace(redis, smallestSpace, mutant);
    const { played, failed } = await playHistories(redis, { seed, count }, mutant);
    if (failure === undefined && failed === undefined) escaped += 1;
    const small = failure === undefined ? 'no' : `state ${states}`;
    const random = failed === undefined ? `not in ${played}` : `history ${played}`;
    console.log(`| \`${mutant.name}\` | ${mutant.about} | ${small} | ${random} |`);
  }
  return escaped > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const options = readRunOptions(process.argv.slice(2));
  const home = homeAt(process.env[SETTING.CLICKSTREAM_HOME] || '.clickstream/histories');
  const record = await claimRun(home.runFile, say);
  const ends: (() => Promise<void>)[] = [];
  const onEnd = (work: () => Promise<void>): void => void ends.push(work);
  const server = await RedisServer.start({ folder: home.folder, record, say, onEnd }, IN_MEMORY);
  const redis = new Redis(server.url);
  const close = async (): Promise<void> => {
    redis.disconnect();
    for (const work of ends) await work();
    record.release();
  };
  onStopSignal(close, stopMsMax);
  try {
    return await (options.isMutants ? playMutants : playAll)(redis, options);
  } finally {
    await close();
  }
}

answerHelp(usage());
runCommand(main);
