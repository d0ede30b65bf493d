/**
 * Redis' HyperLogLog, read in the client: registers of several shards lie in several cluster slots, so that no PFCOUNT can
 * unite them. Same layout, same estimator and so the same number as PFCOUNT. The layout is told atop hyperloglog.c
 * (https://github.com/redis/redis/blob/7.0/src/hyperloglog.c); the estimator is Ertl's (https://arxiv.org/abs/1702.01284).
 */
const registerBits = 6;
const registerMax = (1 << registerBits) - 1;
export const registerCount = 16_384;
/** Bits of the hash that are not the register's index: a register holds at most this plus one. */
const countedBits = 64 - 14;
const alphaInfinity = 0.5 / Math.LN2;

const headerBytes = 16;
const denseBytes = headerBytes + (registerCount * registerBits) / 8;
const denseForm = 0;
const sparseForm = 1;

/** One register each byte: `registerCount` of them. */
export type Registers = Uint8Array;

/** The value is no HyperLogLog of Redis. */
export class HyperLogLogError extends Error {
  override readonly name = 'HyperLogLogError';
}

/** Registers of six bits, least significant bits first. */
function decodeDense(bytes: Uint8Array): Registers {
  if (bytes.length < denseBytes) throw new HyperLogLogError(`dense registers: ${bytes.length} bytes`);
  const registers = new Uint8Array(registerCount);
  for (let from = headerBytes, to = 0; to < registerCount; from += 3, to += 4) {
    const bits = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16);
    registers[to] = bits & registerMax;
    registers[to + 1] = (bits >> 6) & registerMax;
    registers[to + 2] = (bits >> 12) & registerMax;
    registers[to + 3] = (bits >> 18) & registerMax;
  }
  return registers;
}

/** Runs: ZERO 00xxxxxx, XZERO 01xxxxxx xxxxxxxx, VAL 1vvvvvxx; lengths and values are stored less one. */
function decodeSparse(bytes: Uint8Array): Registers {
  const registers = new Uint8Array(registerCount);
  let register = 0;
  for (let at = headerBytes; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) {
      const length = (byte & 3) + 1;
      registers.fill(((byte >> 2) & 31) + 1, register, register + length);
      register += length;
    } else if (byte >= 0x40) {
      at += 1;
      register += (((byte & 63) << 8) | (bytes[at] ?? 0)) + 1;
    } else {
      register += byte + 1;
    }
  }
  if (register !== registerCount) throw new HyperLogLogError(`sparse runs cover ${register} registers`);
  return registers;
}

/** `bytes`: what GET gives. Throws HyperLogLogError. */
export function decodeRegisters(bytes: Uint8Array): Registers {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (bytes.length < headerBytes || magic !== 'HYLL') throw new HyperLogLogError('HYLL is missing');
  if (bytes[4] === denseForm) return decodeDense(bytes);
  if (bytes[4] === sparseForm) return decodeSparse(bytes);
  throw new HyperLogLogError(`form ${bytes[4]}, known are dense (0) and sparse (1)`);
}

/** The union: of each register the largest. */
export function mergeRegisters(all: Iterable<Registers>): Registers {
  const merged = new Uint8Array(registerCount);
  for (const registers of all) {
    for (let i = 0; i < registerCount; i++) {
      const register = registers[i] as number;
      if (register > (merged[i] as number)) merged[i] = register;
    }
  }
  return merged;
}

/** Ertl's sigma: corrects for registers that are still zero. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let sum = share;
  for (let before = Number.NaN; before !== sum; y += y) {
    x *= x;
    before = sum;
    sum += x * y;
  }
  return sum;
}

/** Ertl's tau: corrects for registers that are full. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let sum = 1 - share;
  for (let before = Number.NaN; before !== sum; ) {
    x = Math.sqrt(x);
    before = sum;
    y *= 0.5;
    sum -= (1 - x) ** 2 * y;
  }
  return sum / 3;
}

/** How many different values were put in; standard error 0.81 %. */
export function estimateCount(registers: Registers): number {
  const histogram = new Uint32Array(registerMax + 1);
  for (const register of registers) histogram[register] = (histogram[register] ?? 0) + 1;
  const holding = (value: number): number => histogram[value] ?? 0;
  let z = registerCount * tau((registerCount - holding(countedBits + 1)) / registerCount);
  for (let value = countedBits; value >= 1; value--) z = 0.5 * (z + holding(value));
  z += registerCount * sigma(holding(0) / registerCount);
  return Math.round((alphaInfinity * registerCount * registerCount) / z);
}
