/** The campaign that a URL's query names by the usual `utm_` parameters. */
import { labelCharsMax } from '../pipeline/core/limits';

export interface Campaign {
  readonly source?: string;
  readonly medium?: string;
  readonly name?: string;
}

const PARAMETERS = { source: 'utm_source', medium: 'utm_medium', name: 'utm_campaign' } as const;

/** `query`: without the question mark. undefined: no campaign. */
export function campaignOf(query: string): Campaign | undefined {
  // Most queries have none, and parsing them would be for nothing.
  if (!query.includes('utm_')) return undefined;
  const parameters = new URLSearchParams(query);
  const campaign: Record<string, string> = {};
  for (const [field, parameter] of Object.entries(PARAMETERS)) {
    const value = parameters.get(parameter)?.trim();
    if (value) campaign[field] = value.slice(0, labelCharsMax);
  }
  return Object.keys(campaign).length === 0 ? undefined : campaign;
}
