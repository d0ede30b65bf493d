/** What `npm run bench` was asked to do. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../pipeline/settings';
import { type Benchmark, SIZES, type Size } from './benchmark';
import { BENCHMARKS } from './benchmarks';
import { CONTESTANTS, TINY_CONTESTANTS } from './peers/contestants';

export interface BenchOptions {
  readonly benchmarks: readonly Benchmark[];
  readonly size: Size;
  /** undefined: what the size says. */
  readonly events: number | undefined;
  readonly runs: number | undefined;
  /** Who takes part in `peers`. undefined: all. */
  readonly contestants: readonly string[] | undefined;
  /** How often each of them is killed. undefined: what the size says. */
  readonly kills: number | undefined;
  /** Another revision of git's, to be measured in turns with this tree. undefined: none. */
  readonly against: string | undefined;
  /** Where the results go as JSON. */
  readonly jsonFile: string | undefined;
  /** The table as Markdown, for documents. */
  readonly isMarkdown: boolean;
}

const counts = {
  events: { min: 1, max: 50_000_000 },
  runs: { min: 1, max: 100 },
  kills: { min: 0, max: 20 },
} as const;

export function usage(): string {
  const rows = BENCHMARKS.map(
    ({ name, measures, isNamedOnly }) => `  ${name.padEnd(14)} ${measures}${isNamedOnly ? ' *' : ''}`,
  );
  const contestants = CONTESTANTS.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`);
  return `npm run bench [-- NAME ...] [options]

Measures, on a Kafka and a Redis that are started for this run alone, or on those of KAFKA_BROKERS and REDIS_URL. Each figure that
comes of counting stands beside an audit; a cell that differs is exit code 1. docs/performance.md says how to read the rows.

${rows.join('\n')}
Without a name: all of them but those with a star, short. Contestants of peers:

${contestants.join('\n')}

  --size S      tiny (seconds, tests nothing but that it works), short (without names), whole (with names)
  --events N    records a run works on (latency: probes), ${counts.events.min} to ${counts.events.max.toLocaleString('en')}
  --runs N      runs, 1 to ${counts.runs.max}; figures are medians, with the range
  --contestants a,b   who takes part in peers; default: all (tiny: ${TINY_CONTESTANTS.join(', ')})
  --kills N     how often each of them is killed after its laps, ${counts.kills.min} to ${counts.kills.max}; default: 5 (tiny: 0)
  --against REV  this tree and another revision in turns, fresh processes each round; --runs is the rounds
  --json FILE   writes the results as JSON, every run's values included
  --markdown    prints the table as Markdown
  --help        this text`;
}

function readCount(name: keyof typeof counts, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { min, max } = counts[name];
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new ConfigurationError(`--${name}`, text, `a whole number from ${min} to ${max}`);
  return value;
}

function readSize(text: string | undefined, byDefault: Size): Size {
  const found = text === undefined ? byDefault : SIZES.find((size) => size === text);
  if (found === undefined) throw new ConfigurationError('--size', text, SIZES.join(' | '));
  return found;
}

function benchmarkOf(name: string): Benchmark {
  const found = BENCHMARKS.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  throw new ConfigurationError('NAME', name, BENCHMARKS.map((benchmark) => benchmark.name).join(' | '));
}

function readContestants(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(',');
  const unknown = names?.find((name) => !CONTESTANTS.some((contestant) => contestant.name === name));
  if (unknown === undefined) return names;
  throw new ConfigurationError('--contestants', unknown, CONTESTANTS.map(({ name }) => name).join(', '));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        events: { type: 'string' },
        runs: { type: 'string' },
        contestants: { type: 'string' },
        kills: { type: 'string' },
        against: { type: 'string' },
        json: { type: 'string' },
        markdown: { type: 'boolean' },
      },
    });
  } catch (error) {
    const allowed =
      'NAME ..., --size S, --events N, --runs N, --contestants A,B, --kills N, --against REV, --json FILE, --markdown, --help';
    throw new ConfigurationError('npm run bench', (error as Error).message.split('.')[0], allowed);
  }
}

/** Throws ConfigurationError. */
export function readBenchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const isNamed = positionals.length > 0;
  return {
    benchmarks: isNamed ? positionals.map(benchmarkOf) : BENCHMARKS.filter(({ isNamedOnly }) => !isNamedOnly),
    size: readSize(values.size, isNamed ? 'whole' : 'short'),
    events: readCount('events', values.events),
    runs: readCount('runs', values.runs),
    contestants: readContestants(values.contestants),
    kills: readCount('kills', values.kills),
    against: values.against,
    jsonFile: values.json,
    isMarkdown: values.markdown === true,
  };
}
