/** Whom the tracker leaves alone: asked before each event, so that an opt-out holds from the moment it is made. */

import { guard } from './guard';

/** Names of this machine and of its network, and the empty one of files. */
const localHosts = /^(|(.*\.)?local(host)?|127\..*|\[::1])$/;

interface Signals {
  readonly globalPrivacyControl?: boolean;
  readonly doNotTrack?: string | null;
}

/** `on`: see TrackerOptions. `localStorage.clickstream_ignore = 'true'` is a visitor's own word. */
export function mayCount(on: string): boolean {
  let hasOptedOut = false;
  // Where storage is forbidden to the page nobody has opted out by it.
  guard(() => {
    hasOptedOut = localStorage.clickstream_ignore === 'true';
  })();
  const { webdriver, globalPrivacyControl, doNotTrack } = navigator as Navigator & Signals;
  const isFine = (name: string, holds: boolean | undefined) => !holds || on.includes(name);
  return (
    isFine('local', localHosts.test(location.hostname)) &&
    isFine('bots', webdriver) &&
    isFine('gpc', globalPrivacyControl) &&
    isFine('dnt', doNotTrack === '1') &&
    !hasOptedOut
  );
}
