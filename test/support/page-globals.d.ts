/** What the pages under test have in their window, beside what every page has. */
import type axe from 'axe-core';

declare global {
  interface Window {
    /** The tracker's, once its script runs. */
    readonly clickstream: (...args: readonly unknown[]) => void;
    /** What client-site.ts makes of a client's own call. */
    readonly send: (name: string) => unknown;
    readonly axe: typeof axe;
    readonly shifts: number[];
    readonly seen: Map<string, number>;
  }
}
