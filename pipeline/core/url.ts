/** The two parts of a URL that are counted. Cut by hand, since `new URL` costs more than all the rest of judging an event. */

const withAuthority = /^https?:\/\/(?:[^/?#@]*@)?([^/?#:]*|\[[^\]]*\])(?::\d*)?(?=[/?#]|$)/i;

/** Host name of an http(s) URL: lower-case, without user, port and leading `www.`; undefined where there is none. */
export function hostOf(url: string): string | undefined {
  const host = withAuthority.exec(url)?.[1]?.toLowerCase();
  if (host === undefined || host === '') return undefined;
  return host.startsWith('www.') && host.length > 4 ? host.slice(4) : host;
}

/** Path of an http(s) URL, or of a URL that is only a path; without query and fragment; undefined where there is none. */
export function pathOf(url: string): string | undefined {
  const authority = withAuthority.exec(url)?.[0];
  if (authority === undefined && !url.startsWith('/')) return undefined;
  const path = url.slice(authority?.length ?? 0).split(/[?#]/, 1)[0] ?? '';
  return path === '' ? '/' : path;
}
