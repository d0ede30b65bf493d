/** Lets signed-in viewers through to the API. Called by API Gateway once for each token and five minutes. Wiring alone. */
import { ConfigurationError, SETTING } from '../../pipeline/settings';
import { readLogin } from '../login-settings';
import { structuredLog } from '../structured-log';
import { authorizer } from './authorize-request';
import { tokenVerifier } from './verify-token';

const login = readLogin(process.env);
if (login === undefined) throw new ConfigurationError(SETTING.LOGIN_ISSUER, undefined, 'an issuer');

export const handler = authorizer(tokenVerifier(login), structuredLog('authorizer'));
