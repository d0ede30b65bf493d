/**
 * Writes MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md): what a payload is made of, and nothing else. It is made
 * for long lists of numbers and of short texts, on which an encoder for everything spends most of a commit's time.
 */

/** A UTF-16 unit is at most three bytes of UTF-8; before them stands what they are and how many. */
const bytesOfChar = 3;
const headBytes = 9;
const uint32Max = 0xffff_ffff;
const firstRoom = 64 * 1024;

const NIL = 0xc0;
const DOUBLE = 0xcb;
const UINT = { of8: 0xcc, of16: 0xcd, of32: 0xce, of64: 0xcf } as const;
/** What is short has its length in the same byte, below `fixed`; the others have it behind theirs. */
const TEXT = { fixed: 0xa0, fixedMax: 31, of16: 0xda, of32: 0xdb } as const;
const LIST = { fixed: 0x90, fixedMax: 15, of16: 0xdc, of32: 0xdd } as const;
const FIELDS = { fixed: 0x80, fixedMax: 15, of16: 0xde, of32: 0xdf } as const;

class MessageWriter {
  private bytes = Buffer.allocUnsafe(firstRoom);
  private end = 0;

  clear(): void {
    this.end = 0;
  }

  /** Of what was written since it was cleared. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.end));
  }

  write(value: unknown): void {
    if (typeof value === 'number') this.writeNumber(value);
    else if (typeof value === 'string') this.writeText(value);
    else if (value === null) this.writeByte(NIL);
    else if (Array.isArray(value)) this.writeList(value);
    else if (typeof value === 'object') this.writeFields(value);
    else
      throw new TypeError(`${typeof value} in a payload: expected numbers, texts, null, lists and objects`);
  }

  private writeNumber(n: number): void {
    this.makeRoom(headBytes);
    const { bytes } = this;
    if (!Number.isSafeInteger(n) || n < 0) {
      bytes[this.end] = DOUBLE;
      this.end = bytes.writeDoubleBE(n, this.end + 1);
    } else if (n < 0x80) {
      bytes[this.end++] = n;
    } else if (n < 0x100) {
      bytes[this.end++] = UINT.of8;
      bytes[this.end++] = n;
    } else if (n < 0x1_0000) {
      bytes[this.end++] = UINT.of16;
      bytes[this.end++] = n >>> 8;
      bytes[this.end++] = n;
    } else if (n <= uint32Max) {
      bytes[this.end] = UINT.of32;
      this.end = bytes.writeUInt32BE(n, this.end + 1);
    } else {
      bytes[this.end] = UINT.of64;
      const low = bytes.writeUInt32BE(Math.floor(n / 2 ** 32), this.end + 1);
      this.end = bytes.writeUInt32BE(n % 2 ** 32, low);
    }
  }

  private writeText(text: string): void {
    this.makeRoom(headBytes + bytesOfChar * text.length);
    if (text.length <= TEXT.fixedMax && this.writeShortAscii(text)) return;
    this.writeHead(TEXT, Buffer.byteLength(text));
    this.end += this.bytes.write(text, this.end);
  }

  /** False where it is no ASCII; nothing has been written then. */
  private writeShortAscii(text: string): boolean {
    const { bytes } = this;
    let at = this.end + 1;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    bytes[this.end] = TEXT.fixed + text.length;
    this.end = at;
    return true;
  }

  private writeList(list: readonly unknown[]): void {
    this.makeRoom(headBytes);
    this.writeHead(LIST, list.length);
    for (let i = 0; i < list.length; i += 1) {
      const value = list[i];
      if (typeof value === 'number') this.writeNumber(value);
      else this.write(value);
    }
  }

  private writeFields(fields: object): void {
    const entries = Object.entries(fields);
    this.makeRoom(headBytes);
    this.writeHead(FIELDS, entries.length);
    for (const [name, value] of entries) {
      this.writeText(name);
      this.write(value);
    }
  }

  private writeHead(kind: typeof TEXT | typeof LIST | typeof FIELDS, length: number): void {
    const { bytes } = this;
    if (length <= kind.fixedMax) {
      bytes[this.end++] = kind.fixed + length;
    } else if (length < 0x1_0000) {
      bytes[this.end] = kind.of16;
      this.end = bytes.writeUInt16BE(length, this.end + 1);
    } else {
      bytes[this.end] = kind.of32;
      this.end = bytes.writeUInt32BE(length, this.end + 1);
    }
  }

  private writeByte(byte: number): void {
    this.makeRoom(1);
    this.bytes[this.end++] = byte;
  }

  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + bytes));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** Its memory grows to what the largest message takes, and is used again. */
const writer = new MessageWriter();

/** Throws TypeError for what no payload holds: `undefined`, booleans, functions. */
export function packMessage(value: unknown): Buffer {
  writer.clear();
  writer.write(value);
  return writer.copy();
}
