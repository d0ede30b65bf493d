/** The address that a request came from, as text: of the connection, or as the proxies in front of the collector tell it. */

/** Without port and brackets, and IPv4 as such. */
function bare(address: string): string {
  const [, bracketed, v4] =
    /^(?:\[([0-9a-f:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+)(?::\d+)?)$/i.exec(address) ?? [];
  return (bracketed ?? v4 ?? address).replace(/^::ffff:/i, '');
}

/**
 * It always ends with the port, also behind an IPv6 address, which then has no brackets: `2001:db8::1:46532`. Left there it would make
 * another visitor of each connection.
 */
const withPortAlways = 'cloudfront-viewer-address';

/** What the proxy in front has put into the header `name`, and no client could; undefined where it has not. */
export function addressInHeader(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const told = value.trim();
  return bare(name === withPortAlways ? told.replace(/:\d+$/, '') : told);
}

/** `proxies`: how many of our own add to X-Forwarded-For. What stands before their addresses, a client may have invented. */
export function peerAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  proxies: number,
): string {
  if (proxies === 0 || forwardedFor === undefined) return bare(connection ?? '');
  const addresses = forwardedFor.split(',').map((address) => address.trim());
  return bare(addresses[Math.max(0, addresses.length - proxies)] || (connection ?? ''));
}

/** Of a visitor whose request a site's own server or proxy passes on: the first that it names. */
export function passedOnAddress(forwardedFor: string | undefined): string | undefined {
  const first = forwardedFor?.split(',', 1)[0]?.trim();
  return first ? bare(first) : undefined;
}
