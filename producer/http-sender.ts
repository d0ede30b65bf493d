/**
 * Sends simulated records as an app's server would: through the collector, one event a line, with the site's name for its key. A line
 * that is no event is the collector's to refuse and to count. What was not answered by 200 is sent again as it was.
 */
import { DEFAULT_SITE } from '../pipeline/settings';
import {
  type BatchSender,
  type OutgoingRecord,
  SendAbandonedError,
} from '../pipeline/stream/acknowledged-batch';

const retryMs = 500;
const answerMsMax = 15_000;
/** Some 200 KB: the collector takes half a megabyte. */
const linesMax = 250;

/** By site: the records' lines. A record of nobody goes to `site` of nobody in particular. */
function linesBySite(records: readonly OutgoingRecord[], defaultSite: string): ReadonlyMap<string, string[]> {
  const bySite = new Map<string, string[]>();
  for (const { key, value } of records) {
    const site = key?.split(':')[0] ?? defaultSite;
    const lines = bySite.get(site) ?? [];
    lines.push((value ?? '').replaceAll('\n', ' '));
    bySite.set(site, lines);
  }
  return bySite;
}

/** `url`: of the collector, without a path. `defaultSite`: of records without a key. */
export function httpSender(url: string, defaultSite = DEFAULT_SITE): BatchSender {
  let isAbandoned = false;

  const post = async (site: string, lines: readonly string[]): Promise<boolean> => {
    try {
      const response = await fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${site}`, 'Content-Type': 'application/x-ndjson' },
        body: lines.join('\n'),
        signal: AbortSignal.timeout(answerMsMax),
      });
      await response.arrayBuffer();
      // 4xx is the last word: lines of which none is an event.
      return response.status < 500 && response.status !== 429;
    } catch {
      return false;
    }
  };

  return {
    async send(records) {
      for (const [site, lines] of linesBySite(records, defaultSite)) {
        for (let from = 0; from < lines.length; from += linesMax) {
          const part = lines.slice(from, from + linesMax);
          while (!(await post(site, part))) {
            if (isAbandoned) throw new SendAbandonedError('what the collector did not take was given up');
            await new Promise((resolve) => setTimeout(resolve, retryMs));
          }
        }
      }
    },
    abandon() {
      isAbandoned = true;
    },
    close: async () => {},
  };
}
