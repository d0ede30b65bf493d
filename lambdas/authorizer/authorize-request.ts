/** From the Authorization header to API Gateway's answer: a policy for the API, or a refusal without a reason. */
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import type { WriteLog } from '../structured-log';
import { IssuerError, type VerifyToken } from './verify-token';

/** API Gateway makes 401 of exactly this message, and 500 of any other. */
const refused = 'Unauthorized';

/** `.../api-id/stage/GET/api/v1/snapshot` -> `.../api-id/stage/*`: the answer is kept for the token, whatever it asks for next. */
function wholeApi(methodArn: string): string {
  const [api, stage] = methodArn.split('/');
  return `${api}/${stage}/*`;
}

export type Authorize = (event: APIGatewayTokenAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

/** Rejects with `Unauthorized` for every token that is not let in, and with IssuerError where nobody can tell. */
export function authorizer(verify: VerifyToken, log: WriteLog): Authorize {
  return async ({ authorizationToken, methodArn }) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorizationToken)?.[1];
    if (token === undefined) throw new Error(refused);
    try {
      const { sub = '' } = await verify(token);
      return {
        principalId: sub,
        policyDocument: {
          Version: '2012-10-17',
          Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: wholeApi(methodArn) }],
        },
      };
    } catch (error) {
      if (error instanceof IssuerError) {
        log('error', 'the issuer does not answer', { reason: error.message });
        throw error;
      }
      // The class alone: messages of the verifier quote the token's claims, which are whatever a stranger wrote.
      log('warn', 'token refused', { error: error instanceof Error ? error.name : typeof error });
      throw new Error(refused);
    }
  };
}
