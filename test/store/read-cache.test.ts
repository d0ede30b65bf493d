import { BoundedCache, DerivedCache } from '../../pipeline/store/read-cache';

test('what was used least recently is forgotten first, by weight', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  cache.get('a');

  cache.set('c', 'C', 4);

  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
});

test('a value that is set again weighs once', () => {
  const cache = new BoundedCache<string>(10);
  for (let i = 0; i < 100; i++) cache.set('a', `A${i}`, 6);
  cache.set('b', 'B', 4);

  expect([cache.get('a'), cache.get('b')]).toEqual(['A99', 'B']);
});

test('a value that weighs more than the whole cache stands alone in it', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'A', 1);
  cache.set('b', 'B', 11);
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 'B']);

  cache.set('c', 'C', 1);
  expect([cache.get('b'), cache.get('c')]).toEqual([undefined, 'C']);
});

test('a derived value holds as long as what it was made from is the same', async () => {
  const cache = new DerivedCache<number>(10);
  const [one, two] = [{}, {}];
  let derived = 0;
  const derive = async () => ++derived;

  expect(await cache.get('x', [one, two], derive)).toBe(1);
  expect(await cache.get('x', [one, two], derive)).toBe(1);
  expect(await cache.get('x', [one, {}], derive)).toBe(2);
  expect(await cache.get('x', [one], derive)).toBe(3);
  expect(await cache.get('y', [one], derive)).toBe(4);
});
