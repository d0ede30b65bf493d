/** An event as text, member by member, so that anything can stand in any place: also what JSON.stringify would never write. */

/** Name of a member -> its value as JSON text. */
export type Members = Map<string, string>;

export const quoted = (text: string): string => JSON.stringify(text);

function objectText(members: Members): string {
  return `{${Array.from(members, ([name, value]) => `${quoted(name)}:${value}`).join(',')}}`;
}

/** Stands where bytes are to stand that are no UTF-8: encodedValue puts them there. */
export const RAW_BYTES_MARK = '\uE000';
const rawBytesMark = Buffer.from(RAW_BYTES_MARK);
/** As long as the mark, so that no length changes: continuation bytes alone, a sequence cut short, a surrogate, and so on. */
const rawBytes: readonly Buffer[] = [
  [0x80, 0x80, 0x80],
  [0xe2, 0x82, 0x20],
  [0xed, 0xa0, 0x80],
  [0xc0, 0xaf, 0x20],
  [0xfe, 0xff, 0x20],
  [0xf4, 0x90, 0x80],
].map((bytes) => Buffer.from(bytes));

export class WireEvent {
  /** A member of this name replaces the object below of the same name. */
  readonly top: Members = new Map();
  readonly properties: Members = new Map();
  readonly context: Members = new Map();
  readonly campaign: Members = new Map();
  /** Members, as text, in front of all others and behind them: of two that have one name the last holds. */
  before = '';
  after = '';
  /** Bytes of UTF-8 that the text is brought to by a member that nobody reads. */
  bytesMin = 0;

  constructor(readonly type: 'page' | 'track') {}

  text(): string {
    const objects: [string, Members][] = [
      ['properties', this.properties],
      ['context', new Map([...this.context, ...this.campaignMember()])],
    ];
    const members = new Map([
      ...objects
        .filter(([name, held]) => held.size > 0 && !this.top.has(name))
        .map(([name, held]): [string, string] => [name, objectText(held)]),
      ...this.top,
    ]);
    const own = objectText(members).slice(1, -1);
    return this.padded([this.before, own, this.after].filter((part) => part !== '').join(','));
  }

  private campaignMember(): [string, string][] {
    return this.campaign.size > 0 && !this.context.has('campaign')
      ? [['campaign', objectText(this.campaign)]]
      : [];
  }

  private padded(members: string): string {
    const frame = '{"padding":"",}'.length;
    const missing = this.bytesMin - Buffer.byteLength(members) - frame;
    return missing < 0 ? `{${members}}` : `{"padding":"${'x'.repeat(missing)}",${members}}`;
  }
}

/** The text as bytes; each mark becomes bytes that are no UTF-8. `which`: any whole number. */
export function encodedValue(text: string, which: number): Buffer {
  const bytes = Buffer.from(text);
  if (!text.includes(RAW_BYTES_MARK)) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(rawBytesMark); at >= 0; at = bytes.indexOf(rawBytesMark, from)) {
    parts.push(bytes.subarray(from, at), rawBytes[which % rawBytes.length] as Buffer);
    from = at + rawBytesMark.length;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}
