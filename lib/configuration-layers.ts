/** Where settings come from: an object, a file, environment variables. Each is a layer of the same shape, with names of its own for errors. */
import { readFileSync } from 'node:fs';
import { ConfigurationError, type Environment } from '../pipeline/settings';
import { asObject, refuse } from './setting-checks';

export interface Layer {
  /** How a person finds the setting there: `label('stream', 'type')`. */
  readonly label: (...path: readonly string[]) => string;
  readonly preset: unknown;
  /** Section -> setting -> value, unchecked. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** `given`: an object, or one as JSON text. Throws ConfigurationError. */
export function objectLayer(name: string, given: unknown): Layer {
  const { preset, ...settings } = asObject(name, parsed(name, given));
  return { label: (...path) => [name, ...path].join('.'), preset, settings };
}

function parsed(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return refuse(name, value, 'a JSON object');
  }
}

/** `path`: undefined where no file is named. Throws ConfigurationError. */
export function fileLayer(path: unknown): Layer {
  if (path === undefined || path === '') return objectLayer('file', {});
  if (typeof path !== 'string') return refuse('configuration', path, 'the path of a JSON file');
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigurationError('configuration', path, 'the path of a JSON file that can be read');
  }
  const layer = objectLayer(path, content);
  return { ...layer, label: (...names) => [`${path}: clickstream`, ...names].join('.') };
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const snake = (name: string): string => name.replace(/[A-Z]/g, '_$&').toUpperCase();

/** The variable of a setting: `stream.brokersPerZone` -> `CLICKSTREAM_STREAM_BROKERS_PER_ZONE`. */
export function variableOf(...path: readonly string[]): string {
  return ['CLICKSTREAM', ...path.map(snake)].join('_');
}

/** `model`: any configuration; its values say which types the settings have. Throws ConfigurationError. */
export function environmentLayer(environment: Environment, model: object): Layer {
  const sections = Object.entries(model as Sections);
  const names = new Set(
    sections.flatMap(([section, settings]) => Object.keys(settings).map((key) => variableOf(section, key))),
  );
  const prefixes = sections.map(([section]) => variableOf(section, ''));
  for (const [name, value] of Object.entries(environment)) {
    if (names.has(name) || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
    refuse(name, value, 'no such setting; docs/configuration.md lists them');
  }
  const settings = sections.map(([section, values]) => {
    const given = Object.entries(values).flatMap(([key, value]) => {
      const text = environment[variableOf(section, key)];
      return text === undefined ? [] : [[key, typedAs(value, text)]];
    });
    return [section, Object.fromEntries(given)];
  });
  return {
    label: variableOf,
    preset: environment.CLICKSTREAM_PRESET,
    settings: Object.fromEntries(settings),
  };
}

/** What is no text of that type stays text, and its check refuses it. Lists: `a,b`, or JSON. */
function typedAs(model: unknown, text: string): unknown {
  if (typeof model === 'string') return text;
  if (Array.isArray(model) && !text.startsWith('[')) return text === '' ? [] : text.split(',');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
