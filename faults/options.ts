/** What `npm run faults` was asked to do. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../pipeline/settings';
import type { Scenario } from './scenario';
import { SCENARIOS } from './scenarios';

export interface FaultOptions {
  readonly scenarios: readonly Scenario[];
  readonly isShort: boolean;
  readonly seed: number;
  /** The names alone. */
  readonly isList: boolean;
  /** Where the rows go as JSON. */
  readonly jsonFile: string | undefined;
  /** The table as Markdown, for documents. */
  readonly isMarkdown: boolean;
}

const seedMax = 2 ** 32 - 1;

export function usage(): string {
  const rows = SCENARIOS.map(({ name, about }) => `  ${name.padEnd(20)} ${about}`);
  return `npm run faults [-- NAME ...] [options]

Kills, pauses, cuts and empties what the numbers depend on, while events flow: real processes, on a Kafka and Redis servers that are
started for this run alone. After each row the audit recounts the log. Exit code 1 where a cell differs, where something is lost that
Kafka still has, or where a loss is not told to the unit. docs/faults.md says what each row does.

${rows.join('\n')}
Without a name: all of them.

  --short      fewer kills, shorter pauses
  --seed N     draws the moments again, 0 to ${seedMax}; default: drawn and printed
  --list       prints the names and ends
  --json FILE  writes the rows as JSON
  --markdown   prints the table as Markdown
  --help       this text`;
}

function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new ConfigurationError('NAME', name, SCENARIOS.map((scenario) => scenario.name).join(' | '));
}

function readSeed(text: string | undefined): number {
  if (text === undefined) return randomInt(seedMax);
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > seedMax)
    throw new ConfigurationError('--seed', text, `a whole number from 0 to ${seedMax}`);
  return seed;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        short: { type: 'boolean' },
        seed: { type: 'string' },
        list: { type: 'boolean' },
        json: { type: 'string' },
        markdown: { type: 'boolean' },
      },
    });
  } catch (error) {
    const allowed = 'NAME ..., --short, --seed N, --list, --json FILE, --markdown, --help';
    throw new ConfigurationError('npm run faults', (error as Error).message.split('.')[0], allowed);
  }
}

/** Throws ConfigurationError. */
export function readFaultOptions(args: readonly string[]): FaultOptions {
  const { values, positionals } = parse(args);
  return {
    scenarios: positionals.length > 0 ? positionals.map(scenarioOf) : SCENARIOS,
    isShort: values.short === true,
    seed: readSeed(values.seed),
    isList: values.list === true,
    jsonFile: values.json,
    isMarkdown: values.markdown === true,
  };
}
