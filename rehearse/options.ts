/** The options of `npm run rehearse`. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../pipeline/settings';
import { VARIANTS, type Variant } from './variants';

export interface RehearsalOptions {
  /** At least one. */
  readonly variants: readonly Variant[];
  /** Leaves the last variant deployed until Ctrl-C. */
  readonly keepsRunning: boolean;
}

export function usage(): string {
  const rows = VARIANTS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`);
  return `npm run rehearse [-- --variant NAME ...]

Deploys without an AWS account: into an emulator on this machine (MiniStack, installed into .clickstream/rehearse/), with real functions,
a real Kafka and a real Redis, and the rights of every role enforced. Bootstrap, deploy, sign in, count and audit real events, update,
roll back, destroy. Ends with what passed and with what only AWS can tell; docs/rehearsal.md says more. Needs Python 3 with venv, openssl,
and what npm start needs. Exit code 1 where a step fails.

${rows.join('\n')}
Without --variant: all of them.

  --variant NAME   this one; again for more
  --keep           leaves the last one deployed, and says how to reach it, until Ctrl-C
  --help           this text`;
}

function variantOf(name: string): Variant {
  const found = VARIANTS.find((variant) => variant.name === name);
  if (found !== undefined) return found;
  throw new ConfigurationError('--variant', name, VARIANTS.map((variant) => variant.name).join(' | '));
}

/** Throws ConfigurationError. */
export function readRehearsalOptions(args: readonly string[]): RehearsalOptions {
  let values: { readonly variant?: string[]; readonly keep?: boolean };
  try {
    values = parseArgs({
      args: [...args],
      options: { variant: { type: 'string', multiple: true }, keep: { type: 'boolean' } },
    }).values;
  } catch (error) {
    const allowed = '--variant NAME, --keep, --help';
    throw new ConfigurationError('npm run rehearse', (error as Error).message.split('.')[0], allowed);
  }
  const names = [...new Set(values.variant ?? [])];
  return {
    variants: names.length > 0 ? names.map(variantOf) : VARIANTS,
    keepsRunning: values.keep === true,
  };
}
