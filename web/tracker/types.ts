/**
 * What the tracker takes and offers. Types alone, so that this very file is the package's declarations as well (bundle.ts).
 */

/** Custom properties: at most 30; keys and values are cut at 120 characters by the collector, and kept as text. */
export type Props = Readonly<Record<string, string | number | boolean>>;

export interface Revenue {
  /** 0 to 1,000,000,000, with at most three decimals; as text (`'19.99'`) it is counted exactly as it is written. */
  readonly amount: string | number;
  /** Three letters of ISO 4217, as `EUR`. */
  readonly currency: string;
}

export interface Details {
  readonly props?: Props;
  readonly revenue?: Revenue;
  /** The address that is counted. Default: the page's own, without the part after `#`. */
  readonly url?: string;
}

export interface TrackerOptions {
  /** The site's key, as the dashboard's "install" panel shows it. */
  readonly writeKey: string;
  /** Where events go: the whole address, as `https://clicks.example.com/api/v1/events`. */
  readonly api: string;
  /**
   * What is to be done although by default it is not, as words with blanks between: `hash` (routes lie behind `#`: that part is counted
   * as part of the address), and whom to count: `local` (pages of this machine and its network), `bots` (browsers that a program
   * drives), `gpc` and `dnt` (browsers that ask not to be followed). Default none.
   */
  readonly on?: string;
  /**
   * What is not to be done although by default it is, as words with blanks between: `pages` (page views other than those of
   * `page()`), `engagement`, `outbound`, `downloads`, `forms`. Default none.
   */
  readonly off?: string;
  /** Endings of files that are downloads, with bars between: `pdf|zip`. Default: documents, archives, programs, sound and film. */
  readonly downloads?: string;
}

/** Begins to count this page. The first call counts; further ones, and those of a second copy of the tracker, do nothing. */
export type Init = (options: TrackerOptions) => void;

/** A custom event. It never throws, and does nothing before `init` and where the visitor is not to be counted. */
export type Track = (name: string, props?: Props, details?: Details) => void;

/** A page view that the tracker does not see by itself. */
export type Page = (details?: Details) => void;

/** Says that this page is the one for addresses that do not exist: the event `404` with the path. */
export type NotFound = () => void;
