/**
 * How long this machine slept. A browser's monotonic clock stands still in a suspended laptop on Linux and macOS
 * (https://github.com/w3c/hr-time/issues/115), so by it alone numbers from before a night would be a second old. The wall
 * clock goes on: where it has run ahead of the monotonic one, the machine slept or the wall clock was set forward. Nobody can
 * tell which, so both count as sleep, and whoever relies on it asks anew.
 */

/** Below it, clocks differ by being corrected: NTP slews by half a millisecond a second and steps from an eighth of one. */
const leastSleepMs = 2_000;

function wallAheadMs(): number {
  return Date.now() - performance.now();
}

/** Watches from when it is made. */
export class SleepWatch {
  private readonly beganAheadMs = wallAheadMs();

  /** Milliseconds since then that the monotonic clock knows nothing of; 0 where there was no sleep. */
  get sleptMs(): number {
    const slept = wallAheadMs() - this.beganAheadMs;
    return slept < leastSleepMs ? 0 : slept;
  }
}
