/**
 * The key of the visitors' hash, where none is given: drawn by chance and kept in a file of the local run for a day after
 * its last use, then drawn anew. Kept, since re-sends are recognised within a partition, and the visitor decides the partition:
 * a second replay after a crash must name the same visitors. Not for longer, so that what lies on the topic stays anonymous.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DAY_MS } from '../../pipeline/core/limits';

const keyBytes = 32;

export function readVisitorKey(file: string, nowMs: number): Buffer {
  const usedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (usedMs !== undefined && nowMs - usedMs < DAY_MS) {
    const key = readFileSync(file);
    utimesSync(file, nowMs / 1_000, nowMs / 1_000);
    if (key.length === keyBytes) return key;
  }
  const key = randomBytes(keyBytes);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
