/**
 * Whether an ID token is one that our issuer made for our page. Signature, issuer, audience and times are judged by
 * aws-jwt-verify with the keys that the issuer publishes; nothing here knows cryptography.
 */
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { LoginSettings } from '../login-settings';

/** Resolves with the token's claims; rejects for any token that is not to be let in, and where the issuer does not answer. */
export type VerifyToken = (token: string) => Promise<JwtPayload>;

/** API Gateway waits 29 s; a person at a page that does not answer, not even three. */
const issuerMsMax = 5_000;

export class IssuerError extends Error {
  override readonly name = 'IssuerError';
}

async function readFromIssuer(address: string): Promise<Response> {
  const response = await fetch(address, { signal: AbortSignal.timeout(issuerMsMax) }).catch(
    (error: unknown) => {
      throw new IssuerError(`${address}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  if (!response.ok) throw new IssuerError(`${address}: status ${response.status}`);
  return response;
}

/** OpenID Connect Discovery 1.0, section 4: where the keys are is the issuer's to say, and it must name itself. */
async function discoverKeys(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const told = (await (await readFromIssuer(address)).json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (told.issuer !== issuer || typeof told.jwks_uri !== 'string') {
    throw new IssuerError(`${address}: names ${JSON.stringify(told.issuer)} as issuer, not ${issuer}`);
  }
  return told.jwks_uri;
}

function checkRequired(required: LoginSettings['required'], payload: JwtPayload): void {
  if (required === undefined) return;
  // A claim may be one value (hd, tid) or a list (groups).
  const held = [payload[required.claim]].flat();
  if (!held.some((value) => required.values.includes(String(value)))) {
    throw new Error(`claim ${required.claim} has none of the allowed values`);
  }
}

/** Keys are asked for at the first token, kept, and asked for again when a token names one that is not among them. */
export function tokenVerifier({ issuer, clientId, required }: LoginSettings): VerifyToken {
  const fetcher = { fetch: async (address: string) => (await readFromIssuer(address)).arrayBuffer() };
  const prepare = async () =>
    JwtVerifier.create(
      {
        issuer,
        audience: clientId,
        jwksUri: await discoverKeys(issuer),
        customJwtCheck: ({ payload }) => {
          // Cognito's access tokens have no audience and would be refused by that; other issuers' may have ours.
          if (payload.token_use !== undefined && payload.token_use !== 'id')
            throw new Error('not an ID token');
          checkRequired(required, payload);
        },
      },
      { jwksCache: new SimpleJwksCache({ fetcher }) },
    );
  let verifier: ReturnType<typeof prepare> | undefined;
  return async (token) => {
    verifier ??= prepare().catch((error: unknown) => {
      verifier = undefined;
      throw error;
    });
    return (await verifier).verify(token);
  };
}
