/** `npm run bench`: wiring alone. What there is to measure is in benchmarks.ts, one file each. */
import { writeFileSync } from 'node:fs';
import { answerHelp } from '../local/help';
import { runCommand } from '../local/run-command';
import { onStopSignal } from '../local/shutdown';
import { runAgainst } from './against/run-against';
import { type BenchServices, openBenchServices } from './bench-services';
import type { Benchmark } from './benchmark';
import { foreignShare, sampleLoad } from './foreign-load';
import { describeMachine, type Machine } from './machine';
import { type BenchOptions, readBenchOptions, usage } from './options';
import { Programs } from './programs';
import { printTable, type Result } from './table';

const stopMsMax = 15_000;
/** Standard output is for the results. */
const say = (line: string): void => console.error(line);

async function measureOne(
  benchmark: Benchmark,
  options: BenchOptions,
  services: BenchServices,
  programs: Programs,
  machine: Machine,
): Promise<Result> {
  const { size } = options;
  const events = options.events ?? benchmark.events[size];
  const runs = options.runs ?? benchmark.runs[size];
  say(`${benchmark.name}: ${benchmark.measures}`);
  const before = sampleLoad();
  const measurement = await benchmark.measure(
    { services, programs, say },
    { size, events, runs, contestants: options.contestants, kills: options.kills },
  );
  return {
    benchmark: benchmark.name,
    runs,
    machine,
    foreignShare: foreignShare(before, sampleLoad()),
    measuredAt: new Date().toISOString(),
    ...measurement,
  };
}

async function main(): Promise<number> {
  const options = readBenchOptions(process.argv.slice(2));
  if (options.against !== undefined) return runAgainst(options.against, options, say);
  const services = await openBenchServices(process.env, say);
  const programs = new Programs(services);
  const close = async (): Promise<void> => {
    await programs.stopAll();
    await services.close();
  };
  onStopSignal(close, stopMsMax);
  const results: Result[] = [];
  try {
    const machine = await describeMachine(services.redis, services.isKafkaOurs);
    for (const benchmark of options.benchmarks) {
      results.push(await measureOne(benchmark, options, services, programs, machine));
    }
  } finally {
    await close();
    // What was measured before something failed is worth showing.
    for (const line of printTable(results, options.isMarkdown)) console.log(line);
    if (options.jsonFile !== undefined)
      writeFileSync(options.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  }
  return results.some(({ audited }) => (audited?.differing ?? 0) > 0) ? 1 : 0;
}

/** Clients of a benchmark that failed are still connected, and would keep the process. */
async function runToEnd(): Promise<number> {
  try {
    return await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

answerHelp(usage());
runCommand(runToEnd);
