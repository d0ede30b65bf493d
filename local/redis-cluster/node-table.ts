/** What one node says of its cluster: the rows of CLUSTER NODES (https://valkey.io/commands/cluster-nodes/). */

export interface NodeRow {
  readonly id: string;
  /** As the node sees it; empty where it knows none. */
  readonly ip: string;
  readonly isMyself: boolean;
  readonly isPrimary: boolean;
  /** Of a replica: its primary. */
  readonly primaryId: string | undefined;
  /** It answers whoever says this: no handshake, no failure, an address, a connection. */
  readonly isReached: boolean;
  /** Ranges of slots, both ends included. */
  readonly slots: readonly (readonly [from: number, to: number])[];
}

const notReached = ['handshake', 'noaddr', 'fail', 'fail?'];

function parseSlots(words: readonly string[]): NodeRow['slots'] {
  return words.flatMap((word) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    // What stands in brackets is a slot on its way.
    return from === undefined ? [] : [[Number(from), Number(to ?? from)] as const];
  });
}

function parseRow(line: string): NodeRow {
  const [id = '', address = '', flagText = '', primaryId = '-', , , , link = '', ...slots] = line.split(' ');
  const flags = flagText.split(',');
  const isMyself = flags.includes('myself');
  return {
    id,
    ip: address.replace(/:\d+(@.*)?$/, ''),
    isMyself,
    isPrimary: flags.includes('master'),
    primaryId: primaryId === '-' ? undefined : primaryId,
    isReached: isMyself || (link === 'connected' && !flags.some((flag) => notReached.includes(flag))),
    slots: parseSlots(slots),
  };
}

export function parseNodeTable(text: string): readonly NodeRow[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseRow);
}
