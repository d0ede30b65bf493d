/** What visitors click: links that lead away, files, forms, and elements that name an event. */
import { listen } from './guard';
import type { Props, Track } from './types';

const downloadEndings = 'pdf|(doc|xls|ppt)x?|csv|zip|gz|7z|rar|dmg|exe|mp.';
const prefix = 'data-clickstream-';

/** `data-clickstream-event="sign_up" data-clickstream-plan="team"`: the event, with `plan` among its props. */
function trackNamed(element: Element, track: Track): void {
  const props: Record<string, string> = {};
  for (const { name, value } of element.attributes) {
    const key = name.split(prefix)[1];
    if (key) props[key] = value;
  }
  const { event, ...others } = props;
  track(event as string, others);
}

function trackLink(link: HTMLAnchorElement, track: Track, off: string, downloads: string): void {
  // Query and hash may be somebody's alone.
  const props: Props = { url: link.href.split(/[?#]/)[0] as string };
  const isFile = link.hasAttribute('download') || new RegExp(`\\.(${downloads})$`, 'i').test(link.pathname);
  if (isFile && !off.includes('downloads')) track('File Download', props);
  else if (/^http/.test(link.protocol) && link.host !== location.host && !off.includes('outbound'))
    track('Outbound Link: Click', props);
}

/** `off`, `downloads`: see TrackerOptions. */
export function watchClicks(track: Track, off: string, downloads = downloadEndings): void {
  listen('click auxclick submit', ({ type, target, button }: Event & { readonly button?: number }) => {
    // The middle button opens a link, too; the right one opens a menu.
    if (button === 2) return;
    const clicked = target as Element;
    const isForm = type === 'submit';
    // A click on a field is not the event of its form.
    const named = clicked.closest(`${isForm ? 'form' : ':not(form)'}[${prefix}event]`);
    if (named) trackNamed(named, track);
    else if (isForm && !off.includes('forms')) track('Form: Submission', { path: location.pathname });
    const link = clicked.closest<HTMLAnchorElement>('a[href]');
    if (link) trackLink(link, track, off, downloads);
  });
}
