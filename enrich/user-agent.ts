/** What a User-Agent header tells: browser, device and system by name, and whether it is a program's. By well-kept libraries. */
import { isbot } from 'isbot';
import { UAParser } from 'ua-parser-js';

export interface ClientTraits {
  readonly browser?: string;
  readonly device?: string;
  readonly os?: string;
  /** Counted apart. Absent: a person, as far as the header tells. */
  readonly bot?: true;
}

/** No browser's is longer by far; the rest would only cost time. */
const userAgentCharsMax = 512;
/** Headers repeat: some thousand different ones stand for nearly all traffic of a site. */
const rememberedMax = 5_000;

/** Names as the page shows them where the library's own differ. */
const SHOWN_AS: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Mobile Safari': 'Safari',
  'Mobile Firefox': 'Firefox',
};

function shown(name: string | undefined): string | undefined {
  return name === undefined ? undefined : (SHOWN_AS[name] ?? name);
}

/** An empty header is a program's: every browser sends one. */
function parse(userAgent: string): ClientTraits {
  if (userAgent === '' || isbot(userAgent)) return { bot: true };
  const { browser, device, os } = new UAParser(userAgent).getResult();
  const browserName = shown(browser.name);
  const osName = shown(os.name);
  // The library names only what is not a desktop.
  const deviceName = device.type ?? (osName === undefined ? undefined : 'desktop');
  return {
    ...(browserName === undefined ? {} : { browser: browserName }),
    ...(deviceName === undefined ? {} : { device: deviceName }),
    ...(osName === undefined ? {} : { os: osName }),
  };
}

const remembered = new Map<string, ClientTraits>();

export function describeClient(userAgent: string): ClientTraits {
  const header = userAgent.slice(0, userAgentCharsMax);
  const known = remembered.get(header);
  if (known !== undefined) return known;
  // A flood of made-up headers costs their parsing, never memory.
  if (remembered.size >= rememberedMax) remembered.clear();
  const traits = parse(header);
  remembered.set(header, traits);
  return traits;
}
