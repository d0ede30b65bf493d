/**
 * Test files that take longest begin first, so that none of them is left alone at the end. Without a cache of durations, as in a fresh clone,
 * jest would go by the size of files. A file that is not named here merely comes later.
 */
const Sequencer = require('@jest/test-sequencer').default;

const longest = [
  'test/faults/faults.kafka.test.ts',
  'test/faults/poison-and-flood.kafka.test.ts',
  'test/audit/audit.kafka.test.ts',
  'test/simulation/histories.redis.test.ts',
  'test/bench/bench.kafka.test.ts',
  'test/local/start.kafka.test.ts',
  'test/browser/clients.browser.test.ts',
  'test/browser/outages.browser.test.ts',
  'test/browser/tracker-delivery.browser.test.ts',
  'test/lib/stacks.test.ts',
  'test/store/read-transparency.redis.test.ts',
  'test/producer/sessions.test.ts',
  'test/browser/accessibility.browser.test.ts',
  'test/store/memory.redis.test.ts',
];

const rankOf = ({ path }) => {
  const rank = longest.findIndex((name) => path.endsWith(name));
  return rank < 0 ? longest.length : rank;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
};
