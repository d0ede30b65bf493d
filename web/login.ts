/**
 * The sign-in, a module of its own that is loaded where the deployment has one. Authorization code with PKCE, in a redirect of
 * the whole page; the protocol is oidc-client-ts's. Tokens lie in this tab's session storage, and are renewed before they end.
 */
import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { SignedOutError } from './signed-out-error';

export interface LoginOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Separated by blanks. */
  readonly scopes: string;
  /** Address of the page, with its last slash: the issuer sends people back to it, and to no other. */
  readonly home: string;
}

export interface Login {
  /** What the page was asked for before the sign-in, to be shown again: the query of its address. */
  readonly search: string;
  /** An ID token that is good for some time yet. Rejects with SignedOutError where only a person can help, with others where time can. */
  token(): Promise<string>;
  /** The API did not take the newest token. Rejects as `token` does. */
  renew(): Promise<void>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
}

/** A request must arrive before its token ends. */
const renewedBeforeSeconds = 60;
const issuerSecondsMax = 10;

/** By this clock alone, from when the token came: the issuer's may be hours away from it. An ID token that ends earlier is refused, and renewed then. */
function isGood({ expires_in }: User): boolean {
  return expires_in === undefined || expires_in > renewedBeforeSeconds;
}

/** Runs one renewal at a time: a refresh token may be good for one use alone. */
function oneAtATime(work: () => Promise<User>): () => Promise<User> {
  let running: Promise<User> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function managerFor({ issuer, clientId, scopes, home }: LoginOptions): UserManager {
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope: scopes,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    response_type: 'code',
    // A copied tab shares nothing, and a closed one leaves nothing behind.
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false,
    monitorSession: false,
    requestTimeoutInSeconds: issuerSecondsMax,
  });
}

/** The answer of the issuer in the page's address, if it is one. Rejects with SignedOutError where it says no. */
async function readAnswer(manager: UserManager): Promise<string | undefined> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return undefined;
  try {
    const { state } = await manager.signinRedirectCallback();
    return typeof state === 'string' ? state : '';
  } catch (error) {
    throw new SignedOutError(error instanceof Error ? error.message : String(error));
  } finally {
    // A code is good once: a reload must not send it again, and a bookmark not hold it.
    history.replaceState(null, '', location.pathname);
  }
}

/** Resolves with a signed-in person. Where there is none yet the page goes to the issuer. Rejects with SignedOutError. */
export async function openLogin(options: LoginOptions): Promise<Login> {
  const manager = managerFor(options);
  const renewed = oneAtATime(() => renewUser(manager));
  const signIn = async (): Promise<void> => {
    await manager.removeUser();
    await manager.signinRedirect({ state: location.search });
  };
  const goodUser = async (): Promise<User> => {
    const user = await manager.getUser();
    return user !== null && isGood(user) ? user : await renewed();
  };
  const search = (await readAnswer(manager)) ?? location.search;
  await goodUser().catch(async (error: unknown) => {
    if (!(error instanceof SignedOutError)) throw error;
    await signIn();
    // The page is on its way to the issuer.
    await new Promise(() => undefined);
  });
  return {
    search,
    token: async () => (await goodUser()).id_token ?? '',
    renew: async () => {
      await renewed();
    },
    signIn,
    signOut: () => leave(manager, options),
  };
}

/** Ends the session here and at the issuer. Rejects with SignedOutError where the issuer has no page for that. */
async function leave(manager: UserManager, { clientId, home }: LoginOptions): Promise<void> {
  const hasPage = await manager.metadataService.getEndSessionEndpoint();
  // Cognito's own names for what OpenID Connect calls otherwise; the others heed what they know.
  if (hasPage) await manager.signoutRedirect({ extraQueryParams: { client_id: clientId, logout_uri: home } });
  await manager.removeUser();
  if (!hasPage) throw new SignedOutError('signed out here, and not at the issuer');
}

/** With the refresh token; without one, or where the issuer takes it no more, a person has to sign in. */
async function renewUser(manager: UserManager): Promise<User> {
  try {
    const user = (await manager.getUser())?.refresh_token ? await manager.signinSilent() : null;
    if (user !== null) return user;
  } catch (error) {
    if (!(error instanceof ErrorResponse)) throw error;
    await manager.removeUser();
  }
  throw new SignedOutError('the session has ended');
}
