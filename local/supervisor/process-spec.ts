/** A process that the supervisor starts, keeps running and stops. */
export interface ProcessSpec {
  /** Its name in lines for a person and in the run file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; undefined: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Part of its command line that no other process has: tells that a process id is still this process. */
  readonly mark: string;
  /** Standard output and standard error are appended to it. */
  readonly outputFile: string;
  /** Also gets what it prints, line by line. */
  readonly onLine?: (line: string) => void;
  /** How long it may take to end after SIGTERM before it is killed, milliseconds. */
  readonly stopWithinMs: number;
  /** Gets the messages of a Node program that speaks IPC; undefined: no IPC. */
  readonly onMessage?: (message: unknown) => void;
}
