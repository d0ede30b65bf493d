/** Who viewers sign in at: LOGIN_ISSUER and the settings that go with it. Unset, as on one machine, nobody signs in. */
import { ConfigurationError, type Environment, SETTING } from '../pipeline/settings';

export interface LoginSettings {
  /** As it stands in the tokens: an address without a last slash, unless the issuer's own has one. */
  readonly issuer: string;
  readonly clientId: string;
  /** Separated by blanks. */
  readonly scopes: string;
  /** Where the page may send requests to, besides its own server. */
  readonly origins: readonly string[];
  /** A token must hold one of the values; undefined: whoever can sign in may look. */
  readonly required: { readonly claim: string; readonly values: readonly string[] } | undefined;
}

const scopesByDefault = 'openid email';
const scopesPattern = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Plain HTTP never leaves this machine. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));
}

function readIssuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSafe(url) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigurationError(SETTING.LOGIN_ISSUER, text, 'an https address without query or user');
  }
  return url;
}

function readOrigins(text: string | undefined, issuer: URL): readonly string[] {
  const origins = text ? text.split(',').map((origin) => origin.trim()) : [];
  for (const origin of origins) {
    // Each is written into the policy of the page: nothing but an origin may come in.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !isSafe(new URL(origin))) {
      throw new ConfigurationError(SETTING.LOGIN_ORIGINS, origin, 'https origins such as https://id.example');
    }
  }
  return [...new Set([issuer.origin, ...origins])];
}

function readRequired(text: string | undefined): LoginSettings['required'] {
  if (!text) return undefined;
  const [, claim, list] = /^([^=\s]{1,256})=(.+)$/.exec(text) ?? [];
  const values = list?.split(',').map((value) => value.trim()) ?? [];
  if (claim === undefined || values.includes('')) {
    throw new ConfigurationError(SETTING.LOGIN_CLAIM, text, 'claim=value[,value]');
  }
  return { claim, values };
}

/** undefined where there is no sign-in. Throws ConfigurationError. */
export function readLogin(env: Environment): LoginSettings | undefined {
  const issuer = env[SETTING.LOGIN_ISSUER];
  if (!issuer) return undefined;
  const url = readIssuer(issuer);
  const clientId = env[SETTING.LOGIN_CLIENT_ID];
  if (!clientId || !/^[\x21-\x7e]{1,255}$/.test(clientId)) {
    throw new ConfigurationError(SETTING.LOGIN_CLIENT_ID, clientId, '1 to 255 characters without blanks');
  }
  const scopes = env[SETTING.LOGIN_SCOPES] || scopesByDefault;
  if (!scopesPattern.test(scopes) || !scopes.split(' ').includes('openid')) {
    throw new ConfigurationError(
      SETTING.LOGIN_SCOPES,
      scopes,
      'names separated by blanks, openid among them',
    );
  }
  return {
    issuer,
    clientId,
    scopes,
    origins: readOrigins(env[SETTING.LOGIN_ORIGINS], url),
    required: readRequired(env[SETTING.LOGIN_CLAIM]),
  };
}
