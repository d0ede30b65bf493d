/**
 * Loaded before a program: its wall clock jumps. CLOCK_JUMPS, `4:3600,8:-7200`: four seconds after the start it is an hour ahead, after
 * eight two hours back. Timers and the monotonic clock go on as they are, as they do on a machine whose time is set.
 */
const jumps = (process.env.CLOCK_JUMPS ?? '').split(',').map((jump) => {
  const [afterSeconds = Number.NaN, aheadSeconds = Number.NaN] = jump.split(':').map(Number);
  return { afterMs: afterSeconds * 1_000, aheadMs: aheadSeconds * 1_000 };
});

const RealDate = Date;
const realNow = Date.now.bind(Date);

function shiftedNow(): number {
  const elapsedMs = performance.now();
  return realNow() + (jumps.findLast(({ afterMs }) => afterMs <= elapsedMs)?.aheadMs ?? 0);
}

class JumpingDate extends RealDate {
  constructor(...values: readonly unknown[]) {
    if (values.length === 0) super(shiftedNow());
    else super(...(values as [number]));
  }

  static override now(): number {
    return shiftedNow();
  }
}

globalThis.Date = JumpingDate as DateConstructor;
