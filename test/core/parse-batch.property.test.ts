import fc from 'fast-check';
import { type Parsed, parseBatch } from '../../pipeline/core/parse-batch';
import { bytesOf, TEST_NONCE } from '../support/build-event';

function parseEach(values: readonly Uint8Array[]): Parsed[] {
  return values.map((value) => {
    try {
      return {
        ok: true,
        value: JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)) as unknown,
      };
    } catch {
      return { ok: false };
    }
  });
}

/** Pieces that, joined, make and break JSON in every way. */
const piece = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '1',
  '{"a":1}',
  '"x"',
  '"s"',
  ' ',
  '\u0000',
  'é',
);
const text = fc.oneof(
  fc.json(),
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
);
const bytes = fc.oneof(
  { weight: 5, arbitrary: text.map(bytesOf) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) },
);

test('parsing a batch at once gives what parsing each value gives', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), (values) => {
      expect(parseBatch(values, TEST_NONCE)).toEqual(parseEach(values));
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['an array opened in one and closed in the next', ['{"x":[1', '2]},{"y":1}']],
  ['a string opened in one and closed in the next', ['{"a":"}', '{","b":1},{"c":2}']],
  ['a separator of its own', ['{"x":[{"q":1}', '{}]},"s",{"y":1}']],
  ['two values and none', ['{},{}', '']],
])('values that mend each other when joined stay broken: %s', (_, texts) => {
  const parsed = parseBatch(texts.map(bytesOf), TEST_NONCE);
  expect(parsed).toEqual(parseEach(texts.map(bytesOf)));
});

test('a nonce that could be guessed is refused', () => {
  expect(() => parseBatch([], 'short')).toThrow(RangeError);
});
