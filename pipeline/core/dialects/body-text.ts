/** From the bytes of a body, already decompressed, to text. */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const gzipMagic = [0x1f, 0x8b];

/** By the header or by the first bytes: some clients compress and do not say so, and none sends text that begins like this. */
export function isGzip(bytes: Uint8Array, contentEncoding: string | undefined): boolean {
  const says = /\bgzip\b/i.test(contentEncoding ?? '');
  return says || (bytes[0] === gzipMagic[0] && bytes[1] === gzipMagic[1]);
}

/** Without a byte order mark; out of a `data=` form with base64 where it is one. undefined: no UTF-8. */
export function textOfBody(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return text.startsWith('data=') ? textOfForm(text) : text;
  } catch {
    return undefined;
  }
}

function textOfForm(text: string): string {
  const data = new URLSearchParams(text).get('data') ?? '';
  // `+` of base64 that was not escaped has become a blank.
  const binary = atob(data.replaceAll(' ', '+'));
  return utf8.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
