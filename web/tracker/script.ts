/** `tracker.js`: `<script defer src="https://…/tracker.js" data-write-key="…"></script>`, and the function `clickstream`. */
import { guard } from './guard';
import { init, notFound, page, track } from './index';
import type { TrackerOptions } from './types';

type Call = (name: string, ...args: never[]) => void;

interface WithCalls {
  /** `q`: what was called before this script was there. */
  clickstream?: Call & { readonly q?: Iterable<Parameters<Call>> };
}

guard(() => {
  // Not `document.currentScript`, which modules do not have, and which an element of that name hides. Where there is none this ends here.
  const { src, dataset } = document.querySelector('script[data-write-key]') as HTMLScriptElement;
  // Every option is text, as attributes are; `data-write-key` is there, for the script was found by it.
  const given = dataset as unknown as Partial<TrackerOptions> & Pick<TrackerOptions, 'writeKey'>;
  init({ api: new URL('/api/v1/events', src).href, ...given });
})();

const methods: Readonly<Record<string, (...args: never[]) => void>> = { track, page, notFound };
const withCalls = window as WithCalls;
const earlier = withCalls.clickstream?.q ?? [];
withCalls.clickstream = guard((name, ...args) => methods[name]?.(...args));
for (const [name, ...args] of earlier) withCalls.clickstream(name, ...args);
