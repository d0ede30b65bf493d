/** A request as a web server's log tells it, whatever the format of the log. */
export interface LoggedRequest {
  readonly timeMs: number;
  /** Address of the client, as text; goes nowhere but into the visitor's hash. */
  readonly address: string;
  readonly method: string;
  /** Host that was asked for; undefined where the log does not say. */
  readonly host: string | undefined;
  /** Starts with a slash; without query. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  readonly status: number;
  readonly referrer: string | undefined;
  /** Empty: the client sent none. undefined: the log does not say. */
  readonly userAgent: string | undefined;
}
