/** The key of a site in the Authorization header: `Basic` with the key as user name, or `Bearer`. */

/** undefined: none that could be read. */
export function keyOfAuthorization(header: string | undefined): string | undefined {
  const [, scheme, credentials] = /^\s*(basic|bearer)\s+(\S+)\s*$/i.exec(header ?? '') ?? [];
  if (credentials === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return credentials;
  try {
    // The password is empty with every client, and says nothing here.
    return atob(credentials).split(':', 1)[0] || undefined;
  } catch {
    return undefined;
  }
}
