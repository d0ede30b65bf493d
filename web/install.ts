/** How the tracker gets onto the pages of the chosen site, and whether anything has come from them. */
import type { DashboardSnapshot } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setHidden, setText } from './elements';

const copiedMs = 2_000;

/** Site whose first event was waited for while the page was open. */
let waitedFor: string | undefined;
let shownSite: string | undefined;

/** Where the collector is, as the dashboard was told (setting COLLECTOR_URL): `:5001` is a port of the page's own host. Empty: not known. */
export function collectorAddress(
  told: string | null | undefined,
  { protocol, hostname }: Pick<Location, 'protocol' | 'hostname'>,
): string {
  return told?.startsWith(':') ? `${protocol}//${hostname}${told}` : (told ?? '');
}

/** `address`: as the person has put it in. It becomes part of a tag that is copied, so only what can be a host goes in. */
export function snippetOf(site: string, address: string): string {
  const given = address.trim().replace(/\/+$/, '');
  const host = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w./-]*)?$/.test(given) ? given : 'https://COLLECTOR';
  // The tracker leaves a developer's own machine out, unless it is told.
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(host);
  const attributes = [
    `src="${host}/tracker.js"`,
    `data-write-key="${site}"`,
    ...(isLocal ? ['data-on="local"'] : []),
  ];
  return `<script defer\n  ${attributes.join('\n  ')}></script>`;
}

function addressInput(): HTMLInputElement {
  return elementById('install-address') as HTMLInputElement;
}

function showSnippet(): void {
  setText(elementById('install-snippet'), snippetOf(shownSite ?? '', addressInput().value));
}

export function describeArrival(site: string, hasEvents: boolean, wasWaitedFor: boolean): string {
  if (!hasEvents) return `Waiting for the first event of ${site}…`;
  return wasWaitedFor ? `First event of ${site} received.` : `Events of ${site} arrive.`;
}

export function showInstall({ site, totals }: DashboardSnapshot): void {
  // It stands below the ledger, which has no rows before the first answer.
  setHidden(elementById('install'), false);
  const hasEvents = totals.views + totals.events + totals.bots + totals.engagements > 0;
  if (site !== shownSite) {
    shownSite = site;
    showSnippet();
    // Who looks at a site without events is about to install it.
    if (!hasEvents) (elementById('install') as HTMLDetailsElement).open = true;
  }
  if (!hasEvents) waitedFor = site;
  const state = elementById('install-state');
  setAttribute(state, 'data-state', hasEvents ? 'received' : 'waiting');
  setText(state, describeArrival(site, hasEvents, waitedFor === site));
}

/** Without a clipboard (a page by plain HTTP from afar has none) the snippet is selected, so that the keyboard can copy it. */
async function copySnippet(): Promise<void> {
  const snippet = elementById('install-snippet');
  const button = elementById('install-copy');
  try {
    await navigator.clipboard.writeText(snippet.textContent ?? '');
    setText(button, 'Copied');
    setTimeout(() => setText(button, 'Copy'), copiedMs);
  } catch {
    getSelection()?.selectAllChildren(snippet);
  }
}

/** Once. */
export function makeInstall(): void {
  const input = addressInput();
  const told = document.querySelector('meta[name="collector"]')?.getAttribute('content');
  input.value = collectorAddress(told, location);
  input.addEventListener('input', showSnippet);
  elementById('install-copy').addEventListener('click', () => void copySnippet());
}
