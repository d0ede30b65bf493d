/**
 * Events on their way, as JSON texts. They wait in memory, at most 100, one request at a time, and are sent again as they are,
 * messageId and all, until the collector has answered for good: so what it got twice is counted once.
 *
 * Only where a try has failed, or one is under way when the page is left, are they written to sessionStorage: this tab's next page
 * of the site takes them on. It is not localStorage, since nothing should stay on the visitor's machine when the tab is closed,
 * and two tabs then never send each other's. There is no identifier of a visitor among what is written.
 */
import { guard, listen } from './guard';
import type { TrackerOptions } from './types';

const eventsMax = 100;
/** Of a request. */
const batchEventsMax = 15;
/** Of an event: the topic takes no more, and fifteen of them still fit into a request. */
const eventCharactersMax = 32_000;
/** Of a request that may outlive its page: all of them share 64 KiB, and a character may take three bytes. */
const lastingCharactersMax = 21_000;
/** A silent server: the next try carries the same ids. */
const answerMsMax = 15_000;
/** Half a second doubled so often: 64 s, or by chance up to twice that. */
const doublingsMax = 7;
/** Whatever Retry-After says. */
const waitMsMax = 3_600_000;
/** The collector remembers ids for ten minutes: what may have reached it is not sent again after half of that. */
const uncertainMsMax = 300_000;

let api: string;
let writeKey: string;
let storedName: string;
let queue: string[] = [];
let onItsWay: string[] = [];
let failures = 0;
let isLeaving = false;
/** undefined: no try is being waited for. */
let timer: ReturnType<typeof setTimeout> | undefined;

const bodyOf = (events: readonly string[]): string =>
  `${JSON.stringify({ writeKey, sentAt: new Date() }).slice(0, -1)},"events":[${events}]}`;

function forget(events: readonly string[]): void {
  queue = queue.filter((event) => !events.includes(event));
}

/** `untilMs`: when the next page may not send them any more. Default: never. */
const store = guard((untilMs = 9e15) => {
  if (queue[0]) sessionStorage[storedName] = JSON.stringify([untilMs, queue]);
  else sessionStorage.removeItem(storedName);
});

/** One request; what is added meanwhile goes with the next one. Never rejects. */
async function send(): Promise<void> {
  if (timer || onItsWay[0] || !queue[0]) return;
  onItsWay = queue.slice(0, batchEventsMax);
  let waitMs = 500 * 2 ** Math.min(failures, doublingsMax) * (1 + Math.random());
  try {
    const body = bodyOf(onItsWay);
    const { status, headers } = await fetch(api, {
      method: 'POST',
      body,
      keepalive: body.length < lastingCharactersMax,
      signal: AbortSignal.timeout?.(answerMsMax),
    });
    const isToBeTried = /^(5|408|429)/.test(`${status}`);
    waitMs = isToBeTried ? Number(headers.get('Retry-After')) * 1_000 || waitMs : 0;
  } catch {
    // Refused, cut, silent, or forbidden by the page's policy.
  }
  if (waitMs) {
    failures += 1;
    timer = setTimeout(retry, Math.min(waitMs, waitMsMax));
  } else forget(onItsWay);
  onItsWay = [];
  if (failures) store();
  // Not before all is sent: what was stored meanwhile is to be removed, too.
  if (!queue[0]) failures = 0;
  void send();
}

/** Does not wait any longer: the browser is online again, or the time is up. */
function retry(): void {
  clearTimeout(timer);
  timer = undefined;
  void send();
}

export function add(event: string): void {
  if (event.length > eventCharactersMax) return;
  queue = [...queue, event].slice(-eventsMax);
  if (failures) store();
  if (isLeaving) sendLast();
  else void send();
}

/** Nothing will be heard of what is sent now. More than 64 KiB the browser refuses: that goes along with the next page. */
function sendLast(): void {
  const events = queue.filter((event) => !onItsWay.includes(event));
  // Where all went well until now it is taken for delivered. Else it goes along with the next page, too.
  if (events[0] && navigator.sendBeacon(api, bodyOf(events)) && !failures) forget(events);
  store(Date.now() + uncertainMsMax);
}

/** The page is being left, and nobody may come back to it. `report` may still add something, and so may the page. */
export function leave(report: () => void): void {
  isLeaving = true;
  report();
  sendLast();
}

/** The page begins, or is back: what the page before it in this tab could not send is taken on. */
export const takeOn = guard(() => {
  isLeaving = false;
  queue = [];
  const [untilMs, events] = JSON.parse(sessionStorage[storedName]);
  store(0);
  if (untilMs > Date.now()) queue = [...events];
  retry();
});

export function openOutbox(options: TrackerOptions): void {
  ({ api, writeKey } = options);
  storedName = `clickstream:${writeKey}`;
  takeOn();
  listen('online', retry);
}
