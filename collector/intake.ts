/** What becomes of one request: its events are written, or it is refused for a reason; everything that is left out is counted. */
import { isServerAgent } from '../enrich/server-agents';
import type { Dialect, DialectAnswer, EdgeItem, RefusedItem } from '../pipeline/core/dialects/dialect';
import type { EdgeReason } from '../pipeline/core/edge-reason';
import { visitorPartition } from '../pipeline/core/partition';
import type { OutgoingRecord } from '../pipeline/stream/acknowledged-batch';
import { textOf } from './body';
import { type Circumstances, canonicalEvent, type EventMaking } from './canonical-event';
import type { CollectorConfiguration } from './configuration';
import type { DurableLog } from './durable-log';
import type { EdgeSummaries } from './edge-summaries';
import type { KnownSite } from './known-sites';
import { passedOnAddress } from './peer-address';
import type { RateLimit } from './rate-limit';

export interface IntakeRequest {
  readonly dialect: Dialect;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly address: string;
}

export type IntakeOutcome =
  | { readonly kind: 'answered'; readonly answer: DialectAnswer }
  | { readonly kind: 'refused'; readonly reason: EdgeReason; readonly field?: string };

/** What of a request is needed to know it again. */
export interface IdlessRequest {
  /** Whether it is one whose events were written, and whose answer was lost. */
  isResent(): Promise<boolean>;
  /** `written` resolves with whether its events are durable. */
  note(written: Promise<boolean>): void;
}

export interface IntakeParts {
  readonly configuration: CollectorConfiguration;
  readonly findSite: (key: string) => KnownSite | undefined;
  readonly log: DurableLog;
  readonly summaries: EdgeSummaries;
  readonly siteRate: RateLimit;
  readonly addressRate: RateLimit;
  readonly making: EventMaking;
  readonly partitions: () => number;
  readonly nowMs: () => number;
}

/** A body holds as many only where they say nothing. */
const itemsMax = 10_000;
const country = /^[A-Za-z]{2}$/;
/** CloudFront's and others' words for a country that they do not know. */
const noCountry: ReadonlySet<string> = new Set(['XX', 'ZZ', 'T1', 'EU', 'AP']);

interface Made {
  readonly records: readonly OutgoingRecord[];
  readonly refused: readonly RefusedItem[];
  readonly visitorId: string | undefined;
  readonly hasIdless: boolean;
}

function countryOf(text: string | undefined): string | undefined {
  if (text === undefined || !country.test(text)) return undefined;
  const letters = text.toUpperCase();
  return noCountry.has(letters) ? undefined : letters;
}

function isOptedOut(headers: IntakeRequest['headers']): boolean {
  return headers['sec-gpc'] === '1' || headers.dnt === '1';
}

export class Intake {
  constructor(private readonly parts: IntakeParts) {}

  /** Rejects with BodyError. `idless`: asked where events have no ids. */
  async take(request: IntakeRequest, idless: IdlessRequest): Promise<IntakeOutcome> {
    const { dialect, path, headers, body } = request;
    const receivedAtMs = this.parts.nowMs();
    const text = await textOf(body, headers['content-encoding']);
    const reading = dialect.read(text, { path, headers, receivedAtMs });
    if (reading.kind === 'refused') return this.refuse(reading.reason, 1);
    const { keys, items, sentAtMs } = reading;
    const count = Math.max(1, items.length);
    if (items.length > itemsMax) return this.refuse('too_large', count);
    const sites = [...new Set(keys.map(this.parts.findSite).filter((site) => site !== undefined))];
    const reason = this.reasonAgainst(request, sites, count);
    if (reason === 'opted_out') return this.leaveOut(request, reason, count);
    if (reason !== undefined) return this.refuse(reason, count);
    const circumstances = this.circumstancesOf(request, receivedAtMs, sentAtMs);
    const made = this.make(items, sites, circumstances);
    return this.write(request, made, items.length, idless);
  }

  private refuse(reason: EdgeReason, count: number, field?: string): IntakeOutcome {
    this.parts.summaries.count(reason, count);
    return field === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, field };
  }

  /** Answered as if all were well: a client could do nothing about it. */
  private leaveOut({ dialect }: IntakeRequest, reason: EdgeReason, count: number): IntakeOutcome {
    this.parts.summaries.count(reason, count);
    const content = { accepted: 0, refused: [], visitorId: undefined, nowMs: this.parts.nowMs() };
    return { kind: 'answered', answer: dialect.answer(content) };
  }

  /** Why nothing of the request is taken. */
  private reasonAgainst(
    { headers, address }: IntakeRequest,
    sites: readonly KnownSite[],
    count: number,
  ): EdgeReason | undefined {
    const { configuration, siteRate, addressRate } = this.parts;
    if (sites.length === 0) return 'unknown_key';
    const { origin } = headers;
    // Programs send none, and could send any.
    if (origin !== undefined && !sites.every((site) => site.allowsOrigin(origin)))
      return 'origin_not_allowed';
    if (configuration.respectsOptOut && isOptedOut(headers)) return 'opted_out';
    if (!addressRate.take(address, count)) return 'rate_limited';
    return sites.every(({ name }) => siteRate.take(name, count)) ? undefined : 'rate_limited';
  }

  private circumstancesOf(
    { dialect, headers, address }: IntakeRequest,
    receivedAtMs: number,
    sentAtMs: number | undefined,
  ): Omit<Circumstances, 'site'> {
    const { countryHeader } = this.parts.configuration;
    const userAgent = headers['user-agent'] ?? '';
    // Browsers send an Origin with each POST.
    const isPassedOn = headers.origin === undefined && dialect.isVisitorWithoutOrigin;
    return {
      receivedAtMs,
      sentAtMs,
      peer: {
        address: (isPassedOn ? passedOnAddress(headers['x-forwarded-for']) : undefined) ?? address,
        userAgent,
      },
      isFromServer: headers.origin === undefined && !isPassedOn && isServerAgent(userAgent),
      country: countryHeader === undefined ? undefined : countryOf(headers[countryHeader]),
    };
  }

  private make(
    items: readonly EdgeItem[],
    sites: readonly KnownSite[],
    circumstances: Omit<Circumstances, 'site'>,
  ): Made {
    const { making, summaries, configuration, partitions } = this.parts;
    const records: OutgoingRecord[] = [];
    const refused: RefusedItem[] = [];
    // Once a request, not once an event.
    const ofSites = sites.map((site) => ({ ...circumstances, site }));
    let visitorId: string | undefined;
    let hasIdless = false;
    const refuse = (index: number, reason: EdgeReason, field: string | undefined): void => {
      // Calls that mean no event were taken, as far as the client is concerned.
      if (reason === 'unsupported') summaries.count(reason);
      else refused.push(field === undefined ? { index, reason } : { index, reason, field });
    };
    for (const [index, item] of items.entries()) {
      if (item.kind === 'refused') {
        refuse(index, item.reason, item.field);
        continue;
      }
      hasIdless ||= item.event.messageId === undefined;
      for (const ofSite of ofSites) {
        const made = canonicalEvent(item.event, ofSite, making);
        if (made.kind === 'refused') {
          refuse(index, made.reason, made.field);
          break;
        }
        visitorId ??= made.anonymousId;
        if (made.isBot && configuration.bots === 'drop') {
          summaries.count('bot_filtered');
          continue;
        }
        if (made.isWithoutRevenue) summaries.count('revenue_left_out');
        records.push(recordOf(made, partitions()));
      }
    }
    return { records, refused, visitorId, hasIdless };
  }

  private async write(
    request: IntakeRequest,
    made: Made,
    count: number,
    idless: IdlessRequest,
  ): Promise<IntakeOutcome> {
    const { log, summaries, nowMs } = this.parts;
    const { records, refused, visitorId } = made;
    const early = refused.find(({ reason }) => reason === 'overloaded');
    if (early !== undefined) return this.refuse('overloaded', count);
    for (const { reason } of refused) summaries.count(reason);
    const [first] = refused;
    if (first !== undefined && refused.length === count && request.dialect.name !== 'own')
      return first.field === undefined
        ? { kind: 'refused', reason: first.reason }
        : { kind: 'refused', reason: first.reason, field: first.field };
    const answer = (): IntakeOutcome => {
      const content = { accepted: count - refused.length, refused, visitorId, nowMs: nowMs() };
      return { kind: 'answered', answer: request.dialect.answer(content) };
    };
    if (records.length === 0) return answer();
    if (made.hasIdless && (await idless.isResent())) {
      summaries.count('resent', records.length);
      // This answer may be lost, too: a browser tries as often as it has kept connections.
      idless.note(Promise.resolve(true));
      return answer();
    }
    const outcome = log.append(records);
    if (made.hasIdless) idless.note(outcome.then((became) => became !== 'withdrawn'));
    return (await outcome) === 'acknowledged' ? answer() : this.refuse('overloaded', count);
  }
}

function recordOf(
  {
    siteId,
    anonymousId,
    value,
  }: { readonly siteId: string; readonly anonymousId: string; readonly value: string },
  partitions: number,
): OutgoingRecord {
  return {
    key: `${siteId}:${anonymousId}`,
    value,
    partition: visitorPartition(siteId, anonymousId, partitions),
  };
}
