/** Tells the store's two scripts apart by what they are called with, for whoever stands between the store and Redis. */

export type ScriptCall =
  /** `identities`: 16 bytes each. */
  | { readonly script: 'look-up'; readonly identities: Buffer; readonly bytes: number }
  | { readonly script: 'commit'; readonly nextOffset: number; readonly bytes: number }
  | { readonly script: 'other'; readonly bytes: number };

/** `call`: as given to `callBuffer`: EVALSHA or EVAL, digest or text, number of keys, keys, arguments. */
export function readScriptCall(call: readonly (string | number | Buffer)[]): ScriptCall {
  const [command, script, keyCount, ...rest] = call;
  const args = rest.slice(Number(keyCount));
  // The text of a script is sent once in its life and would distort the bytes of the only batch that carries it.
  const counted = command === 'EVAL' ? rest : [script as string, ...rest];
  const bytes = counted.reduce<number>(
    (sum, part) => sum + Buffer.byteLength(Buffer.isBuffer(part) ? part : String(part)),
    0,
  );
  if (args.length === 3) return { script: 'look-up', identities: args[1] as Buffer, bytes };
  if (args.length >= 6) return { script: 'commit', nextOffset: Number(args[2]), bytes };
  return { script: 'other', bytes };
}
