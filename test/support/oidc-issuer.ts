/**
 * An OpenID Connect issuer on this machine: oidc-provider, certified, with its own forms to sign in. A program of its own,
 * because it is an ES module, which jest does not load. Prints its address; ends with its parent.
 *
 * Arguments: port, client, address of the page, seconds that tokens are good for.
 */
import { Provider } from 'oidc-provider';

const [port = '0', clientId = '', home = '', seconds = '3600'] = process.argv.slice(2);
const ttl = Number(seconds);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      redirect_uris: [home],
      post_logout_redirect_uris: [home],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  clientBasedCORS: (_context: unknown, asked: string) => asked === new URL(home).origin,
  pkce: { required: () => true },
  // Cognito gives a refresh token without being asked, too.
  issueRefreshToken: () => true,
  claims: { openid: ['sub'], email: ['email'] },
  conformIdTokenClaims: false,
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com` }),
  }),
  ttl: {
    IdToken: ttl,
    AccessToken: ttl,
    RefreshToken: 86_400,
    Grant: 86_400,
    Session: 86_400,
    Interaction: 600,
  },
  cookies: { keys: ['a key of the tests'] },
});
provider.listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit());
