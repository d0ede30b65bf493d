/** The known sites, kept up with where they are written down. A list that cannot be used changes nothing, and is said once. */
import { type KnownSite, parseSiteList, sitesByKey } from './known-sites';
import type { SiteListSource } from './site-sources';

export class SiteDirectory {
  private sites: ReadonlyMap<string, KnownSite>;
  private text: string | undefined;
  private saidFault: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** `listed` and `isCounted`: see sitesByKey. */
  constructor(
    private readonly source: SiteListSource,
    private readonly listed: readonly string[],
    private readonly isCounted: (name: string) => boolean,
    private readonly say: (line: string) => void,
  ) {
    this.sites = sitesByKey([], listed, isCounted);
  }

  find(key: string): KnownSite | undefined {
    return this.sites.get(key);
  }

  /** Resolves after the first look, whatever it gave. */
  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), this.source.everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const text = await this.source.read();
      if (text === this.text) return;
      const rows = text === undefined ? [] : parseSiteList(text);
      this.sites = sitesByKey(rows, this.listed, this.isCounted);
      this.text = text;
      this.saidFault = undefined;
      const left = rows.filter(({ name }) => !this.isCounted(name)).map(({ name }) => name);
      this.say(`sites: ${rows.length} in ${this.source.name}`);
      if (left.length > 0) this.say(`sites that SITES does not count, and are not taken: ${left.join(', ')}`);
    } catch (error) {
      this.sayOnce(`sites: ${this.source.name}: ${(error as Error).message}; the ones known before hold`);
    }
  }

  private sayOnce(line: string): void {
    if (line === this.saidFault) return;
    this.saidFault = line;
    this.say(line);
  }
}
