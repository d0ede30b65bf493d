/** The options of `npm run cost`. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../pipeline/settings';

export const costHelp = `npm run cost [-- --events-per-minute N --preset P ...]

Dollars a month by item, for the configuration that would be deployed (cdk.json and CLICKSTREAM_..., as npm run synth reads them), and
whether its sizes carry the rate; if not, what is met first. Needs no AWS account. docs/cost.md says how it is reckoned.

  --events-per-minute N  events of all sites together, 1 to 1,000,000,000
  --preset P             dev | prod; default: that of cdk.json
  --stream S             serverless | express | standard; express comes with three zones, which it demands
  --store S              serverless | nodes
  --set NAME=VALUE       any setting, for instance --set stream.partitions=16; again for more
  --viewers N            pages that are open all the time, on average, 0 to 100,000; default 1
  --sites N              sites that share the events evenly, 1 to 10,000; default: as many as are listed
  --history-days N       how long it has been counting, 1 to 400: history is most of the store; default 400, the end of growth
  --fit                  raises sizes until the rate is carried, and says which
  --region R             prices stay those of us-east-1, and it says so
  --json                 everything as JSON
  --prices               every price with its source, and nothing else
  --help                 this text`;

export interface CostOptions {
  readonly eventsPerMinute: number;
  readonly preset: string | undefined;
  /** Section -> setting -> value: what --stream, --store and --set say. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly viewers: number;
  readonly sites: number | undefined;
  readonly historyDays: number;
  readonly isFit: boolean;
  readonly region: string;
  readonly isJson: boolean;
}

const NUMBERS = {
  'events-per-minute': { min: 1, max: 1_000_000_000 },
  viewers: { min: 0, max: 100_000 },
  sites: { min: 1, max: 10_000 },
  'history-days': { min: 1, max: 400 },
} as const;

function readNumber(name: keyof typeof NUMBERS, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { min, max } = NUMBERS[name];
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new ConfigurationError(`--${name}`, text, `a whole number from ${min} to ${max}`);
}

function readOneOf(name: string, text: string | undefined, choices: readonly string[]): string | undefined {
  if (text === undefined || choices.includes(text)) return text;
  throw new ConfigurationError(`--${name}`, text, choices.join(' | '));
}

/** As JSON where it is some, else as text. */
function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readSetting(text: string): readonly [section: string, setting: string, value: unknown] {
  const [, section, setting, value] = /^([a-zA-Z]+)\.([a-zA-Z]+)=(.*)$/.exec(text) ?? [];
  if (section !== undefined && setting !== undefined && value !== undefined) {
    return [section, setting, parsedText(value)];
  }
  throw new ConfigurationError('--set', text, 'SECTION.SETTING=VALUE, such as stream.partitions=16');
}

type Settings = Record<string, Record<string, unknown>>;

function readSettings(values: { stream?: string; store?: string; set?: string[] }): Settings {
  const settings: Settings = {};
  const put = (section: string, setting: string, value: unknown): void => {
    settings[section] = { ...settings[section], [setting]: value };
  };
  const stream = readOneOf('stream', values.stream, ['serverless', 'express', 'standard']);
  const store = readOneOf('store', values.store, ['serverless', 'nodes']);
  if (stream !== undefined) put('stream', 'type', stream);
  if (stream === 'express') put('network', 'zoneCount', 3);
  if (store !== undefined) put('store', 'type', store);
  for (const text of values.set ?? []) put(...readSetting(text));
  return settings;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'events-per-minute': { type: 'string' },
        preset: { type: 'string' },
        stream: { type: 'string' },
        store: { type: 'string' },
        set: { type: 'string', multiple: true },
        viewers: { type: 'string' },
        sites: { type: 'string' },
        'history-days': { type: 'string' },
        fit: { type: 'boolean' },
        region: { type: 'string' },
        json: { type: 'boolean' },
        prices: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const said = (error as Error).message.split('.')[0];
    throw new ConfigurationError('npm run cost', said, 'the options of npm run cost -- --help');
  }
}

/** Throws ConfigurationError. */
export function readCostOptions(args: readonly string[]): CostOptions | 'help' | 'prices' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.prices) return 'prices';
  const eventsPerMinute = readNumber('events-per-minute', values['events-per-minute']);
  if (eventsPerMinute === undefined) {
    throw new ConfigurationError('--events-per-minute', undefined, 'a whole number from 1 to 1000000000');
  }
  const { stream, store, set } = values;
  const region = values.region ?? 'us-east-1';
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new ConfigurationError('--region', region, 'a region such as eu-central-1');
  }
  return {
    eventsPerMinute,
    preset: readOneOf('preset', values.preset, ['dev', 'prod']),
    settings: readSettings({
      ...(stream === undefined ? {} : { stream }),
      ...(store === undefined ? {} : { store }),
      ...(set === undefined ? {} : { set }),
    }),
    viewers: readNumber('viewers', values.viewers) ?? 1,
    sites: readNumber('sites', values.sites),
    historyDays: readNumber('history-days', values['history-days']) ?? 400,
    isFit: values.fit === true,
    region,
    isJson: values.json === true,
  };
}
