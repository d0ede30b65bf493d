import fc from 'fast-check';
import { CURRENCIES } from '../../pipeline/core/currencies';
import { GRAIN_NAMES, GRAINS } from '../../pipeline/core/grains';
import { amountText, parseAmount, splitAmount } from '../../pipeline/core/money';

const unitsMax = 1e9;

test.each([
  ['19.99', 19_990],
  ['19.9', 19_900],
  ['0', 0],
  ['007.5', 7_500],
  ['1000000000', 1e12],
  ['0.001', 1],
  [19.99, 19_990],
  [0.1 + 0.2, 300],
  [1e9, 1e12],
])('%p is %d thousandths', (amount, thousandths) => {
  expect(parseAmount(amount, unitsMax)).toBe(thousandths);
});

test.each([
  ...['', '1,5', '-1', '+1', '1e3', ' 1', '1.', '.5', '1.2345', '1000000000.001', '99999999999', '٣', 'NaN'],
  ...[-0.01, 1e9 + 1, Number.POSITIVE_INFINITY, Number.NaN, null, undefined, {}, [1], true],
])('%p is no amount', (amount) => {
  expect(parseAmount(amount, unitsMax)).toBeUndefined();
});

test('a sum of any amounts is exact, also beyond what a number holds', () => {
  const amount = fc.integer({ min: 0, max: 1e12 });
  fc.assert(
    fc.property(
      fc.array(amount, { maxLength: 50 }),
      fc.integer({ min: 1, max: 100_000 }),
      (amounts, times) => {
        const sum = { thousands: 0, rest: 0 };
        let exact = 0n;
        for (const one of amounts) {
          const { thousands, rest } = splitAmount(one);
          sum.thousands += thousands * times;
          sum.rest += rest * times;
          exact += BigInt(one) * BigInt(times);
        }
        const text = amountText(sum);
        expect(BigInt(text.replace('.', '').padEnd(text.indexOf('.') + 3, '0'))).toBe(exact);
      },
    ),
  );
});

test('amounts are told with two decimals, or with three where there are three', () => {
  const told = [0, 1, 10, 1_500, 19_990, 1_234_567_890].map((amount) => amountText(splitAmount(amount)));
  expect(told).toEqual(['0.00', '0.001', '0.01', '1.50', '19.99', '1234567.89']);
});

test('no currency ever gives way to another, or to a value that is none', () => {
  for (const grain of GRAIN_NAMES) expect(CURRENCIES.size).toBeLessThanOrEqual(GRAINS[grain].valuesMax);
  for (const code of CURRENCIES) expect(code).toMatch(/^[A-Z]{3}$/);
});
