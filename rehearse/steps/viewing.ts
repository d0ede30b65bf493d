/** Who may look: strangers at the page's files alone, a viewer who has signed in at the numbers. */

import { describeFunction } from '../deployed-function';
import { askPage, pageAddress, readSnapshot } from '../deployed-page';
import { expect, type Step } from '../step';
import { signInViewer } from '../viewer';

const snapshot = 'api/v1/snapshot?window=24h';

const refuseStrangers: Step = {
  name: 'strangers are refused',
  run: async (stage) => {
    const page = await askPage(stage, '');
    expect(page.status === 200 && page.body.includes('<html'), `the page answers ${page.status}`);
    const stranger = await askPage(stage, snapshot);
    expect(stranger.status === 401, `without a token the API answers ${stranger.status}, not 401`);
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { Environment } = await describeFunction(stage, 'dashboard');
    const { LOGIN_ISSUER: iss = '', LOGIN_CLIENT_ID: aud = '' } = Environment?.Variables ?? {};
    const claims = {
      iss,
      aud,
      sub: 'stranger',
      token_use: 'id',
      exp: Math.floor(Date.now() / 1_000) + 3_600,
    };
    const forged = `${encode({ alg: 'RS256', kid: 'none' })}.${encode(claims)}.${encode({})}`;
    const refused = await askPage(stage, snapshot, forged);
    expect([401, 403].includes(refused.status), `with a forged token the API answers ${refused.status}`);
    return `page 200; API 401 without a token, ${refused.status} with a forged one`;
  },
};

const letViewerIn: Step = {
  name: 'a viewer signs in',
  run: async (stage) => {
    const { Environment } = await describeFunction(stage, 'dashboard');
    const { LOGIN_ISSUER: issuer = '', LOGIN_CLIENT_ID: clientId = '' } = Environment?.Variables ?? {};
    const home = pageAddress(stage).href;
    stage.token = await signInViewer(stage.aws, { issuer, clientId, home });
    await readSnapshot(stage);
    return 'managed login, code and PKCE; API 200';
  },
};

export const VIEWING: readonly Step[] = [refuseStrangers, letViewerIn];
