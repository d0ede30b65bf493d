/** The ledger: what became of every record, and whether it adds up. */
import type { DashboardSnapshot, Ledger } from '../pipeline/core/snapshot';
import { createElement, elementById, setText, syncChildren } from './elements';
import { formatCount } from './format';

interface LedgerRow {
  readonly name: string;
  readonly count: number;
  readonly kind: 'total' | 'part' | 'reason' | 'beside';
  /** What the row means, for a tooltip. */
  readonly meaning: string;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Rows in order; their number never changes, so that nothing on the page moves. */
export function ledgerRows(ledger: Ledger): readonly LedgerRow[] {
  const part = (name: string, count: number, meaning: string): LedgerRow => ({
    name,
    count,
    kind: 'part',
    meaning,
  });
  const beside = (name: string, count: number, meaning: string): LedgerRow => ({
    name,
    count,
    kind: 'beside',
    meaning,
  });
  return [
    { name: 'consumed', count: ledger.consumed, kind: 'total', meaning: 'Records read, by their offsets' },
    part('counted', ledger.counted, 'Events that count in views or events'),
    part('bots', ledger.bots, 'Events of bots'),
    part('heartbeats', ledger.heartbeats, "The producer's heartbeats, by which lag is known"),
    part('summaries', ledger.summaries, 'Records by which the collector tells what it did not let through'),
    part('duplicates', ledger.duplicates, 'Events that had been counted before'),
    part(
      'rejected',
      sumOf(ledger.rejected),
      'Records that are not counted: npm run rejects shows the newest',
    ),
    ...Object.entries(ledger.rejected).map(([reason, count]): LedgerRow => {
      return { name: reason.replaceAll('_', ' '), count, kind: 'reason', meaning: 'Part of rejected' };
    }),
    beside('late', ledger.late, 'Part of counted: too old for their minute'),
    beside('skewed', ledger.skewed, 'Part of counted: dated in the future'),
    beside('empty', ledger.empty, 'Offsets that hold no record'),
    beside('lost', ledger.lost, 'Offsets whose records the log no longer held'),
    beside('behind', ledger.behind, 'Records that wait for repair'),
    beside(
      'edge',
      sumOf(ledger.edge),
      'What the collector left out: no records of the log, so no part of consumed',
    ),
    ...Object.entries(ledger.edge).map(([reason, count]): LedgerRow => {
      return { name: reason.replaceAll('_', ' '), count, kind: 'reason', meaning: 'Part of edge' };
    }),
  ];
}

/** consumed minus its parts: 0 where the ledger adds up. */
export function ledgerDifference(ledger: Ledger): number {
  const { consumed, counted, bots, heartbeats, summaries, duplicates, rejected } = ledger;
  return consumed - (counted + bots + heartbeats + summaries + duplicates + sumOf(rejected));
}

function makeRow(): Element {
  const row = createElement('tr');
  const name = createElement('th');
  name.setAttribute('scope', 'row');
  row.append(name, createElement('td'));
  return row;
}

/** In the panel, and in a line beside the freshness mark where the panel is out of sight. */
function showSum({ ledger, stopped, rebuilding }: DashboardSnapshot): void {
  const difference = ledgerDifference(ledger);
  const sum = elementById('ledger-sum');
  setText(sum, difference === 0 ? '✓ adds up' : `✗ differs by ${formatCount(difference)}`);
  sum.classList.toggle('alarm', difference !== 0);
  const troubles = [
    ...(difference === 0 ? [] : ['does not add up']),
    ...(ledger.lost === 0 ? [] : [`${formatCount(ledger.lost)} lost`]),
    ...(ledger.behind === 0 && stopped.length === 0 ? [] : ['waits for repair']),
    ...(rebuilding.every(({ cause }) => cause === 'asked') ? [] : ['being counted anew']),
  ];
  const link = elementById('ledger-link');
  setText(link, troubles.length === 0 ? '✓ ledger' : `✗ ledger: ${troubles.join(', ')}`);
  link.classList.toggle('alarm', troubles.length > 0);
}

export function showLedger(snapshot: DashboardSnapshot): void {
  const { ledger } = snapshot;
  const rows = ledgerRows(ledger);
  const elements = syncChildren(elementById('ledger'), rows.length, makeRow);
  rows.forEach(({ name, count, kind, meaning }, index) => {
    const element = elements[index];
    const [nameCell, countCell] = element?.children ?? [];
    if (!(element instanceof HTMLElement) || nameCell === undefined || countCell === undefined) return;
    const isAlarm = (name === 'lost' || name === 'behind') && count > 0;
    element.className = [kind, count === 0 ? 'zero' : '', isAlarm ? 'alarm' : ''].join(' ').trim();
    element.title = meaning;
    setText(nameCell, name);
    setText(countCell, formatCount(count));
  });
  showSum(snapshot);
}
