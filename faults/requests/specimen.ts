/** A request of the fuzz, and what must come of it: told by who makes it, not by the collector. */
import type { EdgeReason } from '../../pipeline/core/edge-reason';

export interface RequestFate {
  /** Events that it brings onto the topic. */
  readonly events: number;
  /** What is left out, by reason. */
  readonly edge: Readonly<Partial<Record<EdgeReason, number>>>;
  /** undefined: nobody is there to hear an answer. */
  readonly status: number | undefined;
}

export type RequestSpecimen = RequestFate & {
  readonly kind: string;
} & (
    | {
        readonly how: 'http';
        readonly method: string;
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: Buffer;
      }
    /** Bytes as they go over the connection. `end`: what the sender does then. */
    | { readonly how: 'raw'; readonly bytes: Buffer; readonly end: 'wait' | 'leave' | 'half-close' }
  );
