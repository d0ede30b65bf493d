/**
 * `--against REV`: the benches of this tree and of another revision in turns, each round in fresh processes on a Kafka and a Redis of
 * its own, the order reversed each round. So the machine of one hour measures both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onStopSignal } from '../../local/shutdown';
import { SETTING } from '../../pipeline/settings';
import { BenchError } from '../benchmark';
import { foreignShare, foreignShareMax, sampleLoad } from '../foreign-load';
import { machineLines } from '../machine';
import type { BenchOptions } from '../options';
import { alignedTable, markdownTable, type Result } from '../table';
import { compareRounds, comparisonTable, type Round } from './compare';
import { layOut, type Revision } from './revision';

const homesFolder = resolve('.clickstream', 'against-runs');
const stopMsMax = 20_000;

let running: ChildProcess | undefined;

/** One run of one side. Throws BenchError where its bench fails, and where the revision does not know the benchmark. */
async function measure(folder: string, side: string, options: BenchOptions): Promise<readonly Result[]> {
  const home = join(homesFolder, side);
  const jsonFile = join(home, 'results.json');
  mkdirSync(home, { recursive: true });
  rmSync(jsonFile, { force: true });
  const names = options.benchmarks.map(({ name }) => name);
  const events = options.events === undefined ? [] : ['--events', String(options.events)];
  const args = [...names, '--size', options.size, '--runs', '1', ...events, '--json', jsonFile];
  running = spawn(process.execPath, ['run.mjs', 'bench/run.ts', ...args], {
    cwd: folder,
    env: { ...process.env, [SETTING.CLICKSTREAM_HOME]: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exitCode = await new Promise<number | null>((done) => running?.once('close', done));
  running = undefined;
  // Cells that differ are exit code 1 too, and then there are results.
  try {
    return JSON.parse(readFileSync(jsonFile, 'utf8')) as Result[];
  } catch {
    throw new BenchError(`the bench of ${side} ended with code ${exitCode} and without results`);
  }
}

async function playRounds(
  revision: Revision,
  options: BenchOptions,
  rounds: number,
  say: (line: string) => void,
): Promise<Round[]> {
  const played: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`against ${revision.asked}: round ${round + 1} of ${rounds}`);
    const ofHere = () => measure(process.cwd(), 'here', options);
    const ofThere = () => measure(revision.folder, revision.commit, options);
    if (round % 2 === 0) {
      const here = await ofHere();
      played.push({ here, there: await ofThere() });
    } else {
      const there = await ofThere();
      played.push({ here: await ofHere(), there });
    }
  }
  return played;
}

function linesOf(
  rounds: readonly Round[],
  revision: Revision,
  share: number | undefined,
  isMarkdown: boolean,
) {
  const table = comparisonTable(compareRounds(rounds), revision.commit);
  const machine = rounds[0]?.here[0]?.machine;
  const others =
    share === undefined
      ? 'CPU of others not known on this system'
      : `others had ${(share * 100).toFixed(1)} % of the CPU`;
  const isBusy = share !== undefined && share > foreignShareMax;
  return [
    ...(machine === undefined ? [] : machineLines(machine)),
    '',
    ...(isMarkdown ? markdownTable : alignedTable)(table.headings, table.rows),
    '',
    `${rounds.length} rounds, order reversed each time; ${others}`,
    ...(isBusy ? ['WARNING: the machine was not quiet: only the ratios are worth a look'] : []),
  ];
}

function differingCells(results: readonly Result[]): number {
  return results.reduce((sum, { audited }) => sum + (audited?.differing ?? 0), 0);
}

/** Returns the exit code: 1 where cells differ on either side. */
export async function runAgainst(
  asked: string,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<number> {
  const revision = await layOut(asked);
  onStopSignal(async () => {
    running?.kill('SIGTERM');
    await revision.remove();
  }, stopMsMax);
  try {
    const rounds = options.runs ?? Math.max(...options.benchmarks.map(({ runs }) => runs[options.size]));
    const before = sampleLoad();
    const played = await playRounds(revision, options, rounds, say);
    const share = foreignShare(before, sampleLoad());
    for (const line of linesOf(played, revision, share, options.isMarkdown)) console.log(line);
    if (options.jsonFile !== undefined) {
      const { asked: name, commit } = revision;
      const json = {
        against: { name, commit },
        foreignShare: share,
        figures: compareRounds(played),
        rounds: played,
      };
      writeFileSync(options.jsonFile, `${JSON.stringify(json, undefined, 2)}\n`);
    }
    return played.some(({ here, there }) => differingCells(here) + differingCells(there) > 0) ? 1 : 0;
  } finally {
    await revision.remove();
    rmSync(homesFolder, { recursive: true, force: true });
  }
}
