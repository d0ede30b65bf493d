/**
 * What the page asks the API with. Where the deployment has a sign-in, index.html names it in its head; then the sign-in is
 * loaded, and each request carries a token. Elsewhere, as on one machine, requests go out as they are.
 */
import { elementById, setHidden, setText } from './elements';
import type { Login, LoginOptions } from './login';
import { isSignedOut, SignedOutError } from './signed-out-error';

type LoginModule = { readonly openLogin: (options: LoginOptions) => Promise<Login> };

let login: Login | undefined;
/** Why nothing is asked, neither the API nor the issuer, until a person has signed in again. */
let signedOutBecause: string | undefined;

function endSession(reason: string): void {
  signedOutBecause = reason;
  setText(elementById('signed-out-reason'), `You are not signed in: ${reason}.`);
  setHidden(elementById('signed-out'), false);
  setHidden(elementById('sign-out'), true);
}

async function load(link: HTMLLinkElement): Promise<void> {
  const { issuer = '', clientId = '', scopes = '' } = link.dataset;
  const options = { issuer, clientId, scopes, home: new URL('.', link.href).href };
  const { openLogin } = (await import(link.href)) as LoginModule;
  const opened = await openLogin(options);
  login = opened;
  if (opened.search !== location.search) {
    history.replaceState(null, '', `${location.pathname}${opened.search}`);
  }
  const signOut = elementById('sign-out');
  setHidden(signOut, false);
  signOut.addEventListener('click', () => {
    opened
      .signOut()
      .catch((error: unknown) => endSession(error instanceof Error ? error.message : String(error)));
  });
}

/** Resolves when requests may go out; a person who has to sign in first leaves the page meanwhile. Rejects never. */
export async function openSession(): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link#login');
  if (link === null) return;
  // To the page without an answer of the issuer in its address: it begins anew.
  elementById('sign-in').addEventListener('click', () => {
    if (login === undefined) location.reload();
    else void login.signIn();
  });
  try {
    await load(link);
  } catch (error) {
    endSession(isSignedOut(error) ? error.message : `the issuer ${link.dataset.issuer} cannot be reached`);
  }
}

async function withToken(address: string, init: RequestInit): Promise<Response> {
  if (login === undefined) return await fetch(address, init);
  const headers = { ...init.headers, Authorization: `Bearer ${await login.token()}` };
  return await fetch(address, { ...init, headers });
}

/** As `fetch`, with the token that the deployment asks for; one that is refused is renewed once. Rejects with SignedOutError, too. */
export async function askApi(address: string, init: RequestInit): Promise<Response> {
  if (signedOutBecause !== undefined) throw new SignedOutError(signedOutBecause);
  try {
    const response = await withToken(address, init);
    if (response.status !== 401 || login === undefined) return response;
    await login.renew();
    const again = await withToken(address, init);
    if (again.status === 401) throw new SignedOutError('the API does not take your token');
    return again;
  } catch (error) {
    if (isSignedOut(error)) endSession(error.message);
    throw error;
  }
}
