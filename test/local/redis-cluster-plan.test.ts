import { lookAt, newsOf } from '../../local/redis-cluster/news';
import { parseNodeTable } from '../../local/redis-cluster/node-table';
import { type NodeView, planSteps } from '../../local/redis-cluster/plan';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const idOf = (name: string): string => name.repeat(40);
const ipOf = (name: string): string => `10.0.0.${names.indexOf(name) + 1}`;
const ranges = ['0-5460', '5461-10921', '10922-16383'];

/** `rows`: name -> what its row says behind the address, in CLUSTER NODES' form. */
function viewOf(
  name: string,
  rows: Readonly<Record<string, string>>,
  ips: Readonly<Record<string, string>> = {},
): NodeView {
  const text = Object.entries(rows)
    .map(([row, rest]) => {
      const flags = row === name ? `myself,${rest}` : rest;
      return `${idOf(row)} ${ips[row] ?? ipOf(row)}:6379@16379 ${flags}\n`;
    })
    .join('');
  const table = parseNodeTable(text);
  return { name, ip: ipOf(name), port: 6379, id: idOf(name), isServing: true, table };
}

const primary = (slots = ''): string => `master - 0 0 1 connected ${slots}`.trim();
const replicaOf = (name: string): string => `slave ${idOf(name)} 0 0 1 connected`;

/** Everybody sees the same. */
function everybody(rows: Readonly<Record<string, string>>, answering = names): NodeView[] {
  return answering.map((name) => viewOf(name, rows));
}

const settled = {
  a: primary(ranges[0]),
  b: primary(ranges[1]),
  c: primary(ranges[2]),
  d: replicaOf('a'),
  e: replicaOf('b'),
  f: replicaOf('c'),
};
const known = new Map(names.map((name) => [idOf(name), name]));
const sightOf = (views: readonly NodeView[]) => lookAt(views, 6, known);
const commandsOf = (views: readonly NodeView[]): string[] =>
  planSteps(views, 6).map(({ node, command }) => `${node}: ${command.slice(1).join(' ')}`);

test('six nodes that have never met are numbered, and meet', () => {
  const alone = names.map((name) => viewOf(name, { [name]: primary() }));

  expect(commandsOf(alone)).toEqual([
    ...names.map((name, place) => `${name}: SET-CONFIG-EPOCH ${place + 1}`),
    ...names.slice(1).map((name) => `a: MEET ${ipOf(name)} 6379`),
  ]);
});

test('once all know all, the first half is given the slots', () => {
  const strangers = Object.fromEntries(names.map((name) => [name, primary()]));

  expect(commandsOf(everybody(strangers))).toEqual([
    'a: ADDSLOTSRANGE 0 5460',
    'b: ADDSLOTSRANGE 5461 10921',
    'c: ADDSLOTSRANGE 10922 16383',
  ]);
});

test('a program that died in between gives what nobody has', () => {
  const half = { ...Object.fromEntries(names.map((name) => [name, primary()])), a: primary(ranges[0]) };

  expect(commandsOf(everybody(half))).toEqual([
    'b: ADDSLOTSRANGE 5461 10921',
    'c: ADDSLOTSRANGE 10922 16383',
  ]);
});

test('then the others follow, one each', () => {
  const shared = { ...settled, d: primary(), e: primary(), f: primary() };

  expect(commandsOf(everybody(shared))).toEqual(
    ['d', 'e', 'f'].map((name, place) => `${name}: REPLICATE ${idOf(names[place] as string)}`),
  );
});

test('a cluster that is whole is left alone, whoever is primary', () => {
  expect(commandsOf(everybody(settled))).toEqual([]);
  expect(commandsOf(everybody({ ...settled, a: replicaOf('d'), d: primary(ranges[0]) }))).toEqual([]);
});

test('while a node is away nothing is given to another', () => {
  const failed = { ...settled, a: `master,fail - 0 0 1 disconnected ${ranges[0]}` };

  expect(commandsOf(everybody(failed, ['b', 'c', 'd', 'e', 'f']))).toEqual([]);
});

test('a node that is back with another address is met there', () => {
  const elsewhere = names.map((name) => viewOf(name, settled, { e: '10.0.0.99' }));

  expect(commandsOf(elsewhere)).toEqual([`a: MEET ${ipOf('e')} 6379`]);
});

test('a node that came back empty follows the primary without a replica', () => {
  expect(commandsOf(everybody({ ...settled, e: primary() }))).toEqual([`e: REPLICATE ${idOf('b')}`]);
});

test('a fail-over is told, and who is away and back', () => {
  const before = sightOf(everybody(settled));
  const failedOver = { ...settled, a: 'master,fail - 0 0 1 disconnected', d: primary(ranges[0]) };
  const during = sightOf(everybody(failedOver, ['b', 'c', 'd', 'e', 'f']));

  expect(newsOf(undefined, before)).toEqual([
    'a is primary of slots 0-5460',
    'b is primary of slots 5461-10921',
    'c is primary of slots 10922-16383',
    'the cluster answers',
  ]);
  expect(newsOf(before, during)).toEqual(['a does not answer', 'd is primary of slots 0-5460, before it a']);
  expect(newsOf(during, sightOf(everybody({ ...failedOver, a: replicaOf('d') })))).toEqual(['a answers']);
});

test('a cluster of which most nodes do not serve does not answer', () => {
  const lost = everybody(settled).map((view, place) => ({ ...view, isServing: place < 3 }));

  expect(newsOf(sightOf(everybody(settled)), sightOf(lost))).toEqual(['the cluster does not answer']);
});
