/**
 * The referrer as it goes onto the topic: scheme, host and path of an http(s) URL. Its query and fragment are left out, since
 * other sites' URLs may carry what is private (search terms, tokens), and only the host is counted.
 */
import { urlCharsMax } from '../pipeline/core/limits';
import { hostOf } from '../pipeline/core/url';

/** What DNS allows; a longer one is nobody's. */
const hostCharsMax = 253;

/** undefined: none, or none that could be counted. */
export function cleanReferrer(referrer: string | undefined): string | undefined {
  if (referrer === undefined) return undefined;
  const host = hostOf(referrer);
  if (host === undefined || host.length > hostCharsMax) return undefined;
  const bare = referrer.split(/[?#]/, 1)[0] as string;
  return bare.length <= urlCharsMax ? bare : `https://${host}/`;
}
