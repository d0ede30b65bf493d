import type { LogRecord } from '../../pipeline/core/event';
import { cutAt, NOON_MS, pageView, recordOf } from '../support/build-event';
import { MemoryShard } from '../support/memory-shard';

const kinds: Record<string, unknown> = {
  view: pageView({ messageId: 'a' }),
  'the same view again': pageView({ messageId: 'a' }),
  'an older view': pageView({ messageId: 'b', timestamp: new Date(NOON_MS - 3_600_000).toISOString() }),
  bot: pageView({ messageId: 'c', context: { bot: true } }),
  heartbeat: { v: 1, type: 'heartbeat' },
  garbage: 'no json',
};

function* orders(length: number): Generator<string[]> {
  if (length === 0) yield [];
  else for (const rest of orders(length - 1)) for (const kind of Object.keys(kinds)) yield [kind, ...rest];
}

test('all logs of four records, under all of their cuttings, fold to one state', () => {
  let compared = 0;
  for (const order of orders(4)) {
    // Log time steps over the duplicate window in the middle.
    const log: LogRecord[] = order.map((kind, i) => recordOf(kinds[kind], i, NOON_MS + i * 400_000));
    const whole = new MemoryShard();
    whole.count(log);
    for (let mask = 1; mask < 8; mask++) {
      const cut = new MemoryShard();
      for (const batch of cutAt(
        log,
        [1, 2, 3].filter((edge) => mask & (1 << (edge - 1))),
      ))
        cut.count(batch);
      if (cut.print().join() !== whole.print().join()) throw new Error(`${order.join(', ')} cut by ${mask}`);
      compared++;
    }
  }
  expect(compared).toBe(6 ** 4 * 7);
});
