/** From the context of cdk.json and what a person asks for to the bill. */
import type { Configuration } from '../lib/config';
import { readConfiguration } from '../lib/read-configuration';
import type { Environment } from '../pipeline/settings';
import { type Bill, billOf } from './bill';
import type { Demand } from './demand';
import { fittingBill } from './fit';

export interface Question {
  /** What cdk.json has under `context`. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  readonly preset: string | undefined;
  /** Settings that win over all of these. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly demand: Omit<Demand, 'sites'> & { readonly sites: number | undefined };
  readonly isFit: boolean;
}

export interface Estimate {
  readonly bill: Bill;
  /** Of the sizes as they were asked for, where others were fitted. */
  readonly askedFor: Bill | undefined;
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `under`, with what is in `over`, setting by setting. */
function merged(under: Configuration, over: Question['settings']): Sections {
  const sections: Sections = Object.fromEntries(Object.entries(under));
  const names = new Set([...Object.keys(sections), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, { ...sections[name], ...over[name] }]));
}

/** Throws ConfigurationError, as synth does, for a value or a combination that no deployment could have. */
export function configurationOf(question: Omit<Question, 'demand' | 'isFit'>): Configuration {
  const { context, environment, preset, settings } = question;
  const deployed = readConfiguration(
    { ...context, ...(preset === undefined ? {} : { preset }) },
    environment,
  );
  if (Object.keys(settings).length === 0) return deployed;
  return readConfiguration({ clickstream: merged(deployed, settings) });
}

function listedSites({ deployment }: Configuration): number {
  return deployment.sites.length;
}

/** Throws ConfigurationError. */
export function estimate(question: Question): Estimate {
  const configuration = configurationOf(question);
  const { sites = listedSites(configuration) } = question.demand;
  const demand = { ...question.demand, sites };
  const askedFor = billOf(demand, configuration);
  if (!question.isFit) return { bill: askedFor, askedFor: undefined };
  return { bill: fittingBill(demand, configuration), askedFor };
}
