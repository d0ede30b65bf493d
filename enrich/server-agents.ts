/**
 * User agents of programs that send events of others: analytics SDKs on servers. A bot filter takes them for bots, and counting by
 * them would show one browser that nobody has. Recorded: analytics-node-next/latest, posthog-node/5.70.0, node, Mozilla/5.0 Umami/v20.
 */
const serverAgent =
  /^(?:analytics-(?:node|python|go|ruby|java|php|\.net|rust)|analytics[-_.]|posthog-|rudder|node$|node-fetch|undici|axios\/|got |Mozilla\/5\.0 Umami\/|umami|okhttp|Go-http-client|python-requests|python-httpx|aiohttp|Java\/|Apache-HttpClient|Ruby|Faraday|GuzzleHttp|curl\/)/i;

/** No header at all is a program's too: every browser sends one. */
export function isServerAgent(userAgent: string | undefined): boolean {
  return userAgent === undefined || userAgent === '' || serverAgent.test(userAgent);
}
