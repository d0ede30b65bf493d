/** What our own writer writes, a general MessagePack decoder reads back. */
import { decode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { packMessage } from '../../pipeline/store/message-pack';

const anyNumber = fc.oneof(
  fc.constantFrom(
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    Number.MAX_SAFE_INTEGER,
    -1,
    0.5,
    1e300,
  ),
  fc.maxSafeInteger(),
  // There is no -0.
  fc.double({ noNaN: true }).map((n) => n + 0),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('x'.repeat(31), 'x'.repeat(32), 'é'.repeat(31), '名'.repeat(30_000), 'x'.repeat(70_000)),
);

test('numbers, texts, null, lists and objects come back, whatever their size', () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      anyNumber,
      anyText,
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 20 }),
      fc.dictionary(fc.string({ maxLength: 40 }), tie('tree'), { maxKeys: 20, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(
      tree.filter((value) => !JSON.stringify(value).includes('"__proto__"')),
      (value) => expect(decode(packMessage(value))).toEqual(value),
    ),
    { numRuns: 300 },
  );
});

test('so do lists of every length of a head', () => {
  for (const length of [15, 16, 65_535, 65_536]) {
    const list = Array.from({ length }, (_, i) => i);
    expect(decode(packMessage(list))).toEqual(list);
  }
});

test('one message is not changed by the next, and nothing of one that was refused is left', () => {
  const first = packMessage(['first']);
  expect(() => packMessage([1, undefined])).toThrow(TypeError);
  const second = packMessage(['second']);

  expect(decode(first)).toEqual(['first']);
  expect(decode(second)).toEqual(['second']);
});
