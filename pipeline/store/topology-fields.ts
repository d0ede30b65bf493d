/** Reads the generation of a partition out of `{topic}:topology`. */
import { StoreCorruptError } from './commit-outcome';
import { TOPOLOGY, topologyKey } from './keys';

/** `text`: as stored; undefined where nothing is. Throws StoreCorruptError. */
export function readGeneration(topic: string, text: string | undefined): number {
  const generation = text === undefined ? 1 : Number(text);
  if (!Number.isSafeInteger(generation) || generation < 1) {
    throw new StoreCorruptError(`${topologyKey(topic)}: generation is ${JSON.stringify(text)}`);
  }
  return generation;
}

/** `fields`: the whole hash. Throws StoreCorruptError. */
export function generationOf(
  topic: string,
  fields: Readonly<Record<string, string>>,
  partition: number,
): number {
  return readGeneration(topic, fields[TOPOLOGY.generationOf(partition)] ?? fields[TOPOLOGY.generation]);
}

/** Offset that the generation is filled up to, where that was noted. */
export function targetOf(fields: Readonly<Record<string, string>>, partition: number): number | undefined {
  const text = fields[TOPOLOGY.targetOf(partition)];
  return text === undefined ? undefined : Number(text);
}

/** The generation that is being filled; undefined: none is. Throws StoreCorruptError. */
export function buildingOf(
  topic: string,
  fields: Readonly<Record<string, string>>,
  partition: number,
): number | undefined {
  const text = fields[TOPOLOGY.buildingOf(partition)];
  return text === undefined ? undefined : readGeneration(topic, text);
}

/** The switch that was begun and has not ended; empty: none was. Throws StoreCorruptError. */
export function switchingOf(
  topic: string,
  fields: Readonly<Record<string, string>>,
): { readonly partition: number; readonly generation: number }[] {
  const prefix = TOPOLOGY.switchingOf(0).slice(0, -1);
  return Object.entries(fields)
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, text]) => ({
      partition: Number(field.slice(prefix.length)),
      generation: readGeneration(topic, text),
    }));
}
