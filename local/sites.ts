/** `npm run sites`: which sites the collector takes events for. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readSiteListSource } from '../collector/configuration';
import type { SiteRow } from '../collector/known-sites';
import { readSites } from '../pipeline/counting/counting-config';
import { ConfigurationError, SETTING } from '../pipeline/settings';
import { runCommand } from './run-command';
import { listedSites, siteRow, withoutSite, withSite } from './site-list';

const help = `npm run sites [-- list | add NAME [options] | remove NAME]

The sites that the collector takes events for, their keys and the origins that may send. A running collector has it within seconds.

  --origin URL      of pages that may send: https://shop.example, https://*.shop.example; several; default: any
  --key KEY         what clients send; several; default: one of chance. The origins' hosts are keys too
  --path-case lower paths in small letters; default keep
  --keep-query NAME parameters that tell pages apart; several; default: none
  --at PLACE        file:PATH, or the ARN of a secret; default COLLECTOR_SITES, else sites.json of the data folder
  --help            this text

Sites of SITES that are not in the list are known by their name, from any origin. docs/collector.md.`;

const allowed = 'list, add NAME, remove NAME, with --origin, --key, --path-case, --keep-query, --at, --help';

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        origin: { type: 'string', multiple: true },
        key: { type: 'string', multiple: true },
        'path-case': { type: 'string' },
        'keep-query': { type: 'string', multiple: true },
        at: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new ConfigurationError('npm run sites', (error as Error).message.split('.')[0], allowed);
  }
}

function describe({ name, keys, origins }: SiteRow): string {
  return `${name}\n  keys     ${keys.join(', ')}\n  origins  ${origins.join(', ')}`;
}

/** Consumers reject what SITES does not name. */
function warnOf(name: string): string | undefined {
  const { listed } = readSites(process.env);
  if (listed === undefined || listed.has(name)) return undefined;
  const now = [...listed].join(',');
  return `It is counted from the next npm start on; elsewhere with SITES=${now},${name}, or with SITES=*, which needs no site to be named.`;
}

async function main(): Promise<number> {
  const { values, positionals } = parse();
  if (values.help) {
    console.log(help);
    return 0;
  }
  const env =
    values.at === undefined ? process.env : { ...process.env, [SETTING.COLLECTOR_SITES]: values.at };
  const source = readSiteListSource(env);
  const [action = 'list', name, ...rest] = positionals;
  const isComplete = action === 'list' ? name === undefined : name !== undefined && rest.length === 0;
  if (!isComplete || !['list', 'add', 'remove'].includes(action))
    throw new ConfigurationError('npm run sites', positionals.join(' ') || undefined, allowed);
  const text = await source.read();
  if (action === 'list') {
    const rows = listedSites(text);
    console.log(rows.length === 0 ? `No sites in ${source.name}` : rows.map(describe).join('\n'));
    return 0;
  }
  if (action === 'remove') {
    await source.write(withoutSite(text, name as string));
    console.log(`Removed ${name}`);
    return 0;
  }
  const { 'path-case': pathCase, 'keep-query': keepQuery } = values;
  const row = siteRow(
    {
      name: name as string,
      keys: values.key ?? [],
      origins: values.origin ?? [],
      userKey: randomUUID(),
      ...(pathCase === undefined ? {} : { pathCase: pathCase as 'keep' | 'lower' }),
      ...(keepQuery === undefined ? {} : { keepQuery }),
    },
    randomUUID,
  );
  await source.write(withSite(text, row));
  console.log(describe(row));
  const warning = warnOf(row.name);
  if (warning !== undefined) console.log(warning);
  return 0;
}

runCommand(main);
