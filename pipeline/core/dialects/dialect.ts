/**
 * A dialect is what one family of clients sends, and what it wants to hear: text and headers in, events of one shape out. It knows
 * nothing of sites, clocks or Kafka. To add a dialect, add a file beside this one and a row to dialects.ts.
 */
import type { EdgeReason } from '../edge-reason';
import type { EdgeEvent } from './edge-event';

export interface DialectRequest {
  /** Without query, as the table of the dialect names it. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** By the edge's clock, milliseconds since 1970 UTC. */
  readonly receivedAtMs: number;
}

/** What one call of a client became. */
export type EdgeItem =
  | { readonly kind: 'event'; readonly event: EdgeEvent }
  /** `field`: where the fault is, of our own or the dialect's names; never what it holds. */
  | { readonly kind: 'refused'; readonly reason: EdgeReason; readonly field?: string };

export type DialectReading =
  | {
      readonly kind: 'read';
      /** Names the site; several only where the dialect may send one event to several sites. Empty: there is none. */
      readonly keys: readonly string[];
      /** When the client sent it, by its own clock. */
      readonly sentAtMs: number | undefined;
      /** In the order of the body. */
      readonly items: readonly EdgeItem[];
    }
  /** Nothing of the body could be read. */
  | { readonly kind: 'refused'; readonly reason: EdgeReason };

export interface RefusedItem {
  /** Place in the body, from 0. */
  readonly index: number;
  readonly reason: EdgeReason;
  readonly field?: string;
}

/** What became of a request whose events are durable, or were left out for a reason that is no fault of the client. */
export interface AnswerContent {
  readonly accepted: number;
  readonly refused: readonly RefusedItem[];
  /** Of the first event. */
  readonly visitorId: string | undefined;
  readonly nowMs: number;
}

export interface DialectAnswer {
  readonly contentType: 'application/json' | 'text/plain';
  readonly body: string;
}

export interface Dialect {
  readonly name: string;
  /** All that it listens to, by POST. */
  readonly paths: readonly string[];
  /**
   * Whether the address and user agent of a request without Origin are a visitor's all the same (a proxy that passes them on),
   * not those of a server that tells of its visitors.
   */
  readonly isVisitorWithoutOrigin: boolean;
  readonly read: (text: string, request: DialectRequest) => DialectReading;
  /** With status 200, whatever the original service answers: some clients take 202 and 204 for failures. */
  readonly answer: (content: AnswerContent) => DialectAnswer;
}

export function refusedItem(reason: EdgeReason, field?: string): EdgeItem {
  return field === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, field };
}
