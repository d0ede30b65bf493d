/**
 * Registers of a Redis HyperLogLog. Two that were fed with the same visitors have the same registers, while their bytes
 * may differ: by the order of feeding (sparse or dense form), and by a cached count. The layout is told atop hyperloglog.c
 * (https://github.com/redis/redis/blob/7.0/src/hyperloglog.c). Read with GET, because PFCOUNT would write its cache.
 */
const registerCount = 16_384;
const headerBytes = 16;
const denseForm = 0;
const sparseForm = 1;

function readDense(body: Buffer): Uint8Array {
  const registers = new Uint8Array(registerCount);
  for (let i = 0; i < registerCount; i++) {
    const bit = i * 6;
    const pair = (body[bit >> 3] ?? 0) | ((body[(bit >> 3) + 1] ?? 0) << 8);
    registers[i] = (pair >> (bit & 7)) & 63;
  }
  return registers;
}

/** Runs: 00nnnnnn zeros, 01nnnnnn nnnnnnnn zeros, 1vvvvvnn values. */
function readSparse(body: Buffer): Uint8Array {
  const registers = new Uint8Array(registerCount);
  let register = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (byte & 0x80) {
      const length = (byte & 3) + 1;
      registers.fill(((byte >> 2) & 31) + 1, register, register + length);
      register += length;
    } else if (byte & 0x40) {
      i += 1;
      register += (((byte & 63) << 8) | (body[i] ?? 0)) + 1;
    } else {
      register += (byte & 63) + 1;
    }
  }
  return registers;
}

/** Undefined where the bytes are no HyperLogLog. */
export function readRegisters(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 4) !== 'HYLL') return undefined;
  const body = bytes.subarray(headerBytes);
  if (bytes[4] === denseForm) return readDense(body);
  if (bytes[4] === sparseForm) return readSparse(body);
  return undefined;
}

export function differingRegisters(a: Uint8Array, b: Uint8Array): number {
  let differing = 0;
  for (let i = 0; i < registerCount; i++) if (a[i] !== b[i]) differing++;
  return differing;
}

/** Registers of `a` below those of `b`: none where `a` was fed with all that `b` was. */
export function smallerRegisters(a: Uint8Array, b: Uint8Array): number {
  let smaller = 0;
  for (let i = 0; i < registerCount; i++) if ((a[i] ?? 0) < (b[i] ?? 0)) smaller++;
  return smaller;
}
