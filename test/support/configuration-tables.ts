/** The tables of docs/configuration.md, made of the comments of the configuration's types and of the presets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '../../lib/config';
import { variableOf } from '../../lib/configuration-layers';
import { PRESETS } from '../../lib/presets';

const sources = ['config.ts', 'foundation-config.ts'].map((file) =>
  readFileSync(join(__dirname, '../../lib', file), 'utf8'),
);

interface DocumentedSetting {
  readonly section: keyof Configuration;
  readonly setting: string;
  readonly meaning: string;
  /** What the comment says after `Default:`. */
  readonly byDefault: string;
  readonly price: string;
}

/** Throws where a comment lacks a part: every setting says what it is, its default, and what it does to the price. */
function parseComment(
  name: string,
  comment: string,
): Pick<DocumentedSetting, 'meaning' | 'byDefault' | 'price'> {
  const text = comment.replace(/\s*\n\s*\*\s?/g, ' ').trim();
  const match = /^(.+\.) Default: (.+)\. Price: (.+)\.$/.exec(text);
  if (match === null)
    throw new Error(`${name}: the comment must end with "Default: ... Price: ...", is: ${text}`);
  const [, meaning = '', byDefault = '', price = ''] = match;
  return { meaning, byDefault, price };
}

function settingsOfType(section: keyof Configuration, type: string): readonly DocumentedSetting[] {
  const body = sources.map(
    (text) => new RegExp(`interface ${type} \\{\\n([\\s\\S]+?)\\n\\}`).exec(text)?.[1],
  );
  const found = body.find((text) => text !== undefined);
  if (found === undefined) throw new Error(`no interface ${type}`);
  return Array.from(
    found.matchAll(/\/\*\*([\s\S]+?)\*\/\s+readonly (\w+):/g),
    ([, comment = '', setting = '']) => ({
      section,
      setting,
      ...parseComment(`${section}.${setting}`, comment),
    }),
  );
}

/** In the order of the types. */
export function documentedSettings(): readonly DocumentedSetting[] {
  const [, body = ''] = /interface Configuration \{([\s\S]+?)\}/.exec(sources[0] ?? '') ?? [];
  return Array.from(body.matchAll(/readonly (\w+): (\w+);/g), ([, section = '', type = '']) =>
    settingsOfType(section as keyof Configuration, type),
  ).flat();
}

/** A value as comments and tables write it. */
function written(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US');
  if (typeof value === 'boolean') return String(value);
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  if (Array.isArray(value)) return `\`[${value.map((entry) => JSON.stringify(entry)).join(', ')}]\``;
  return `\`${String(value)}\``;
}

function presetValue(preset: keyof typeof PRESETS, { section, setting }: DocumentedSetting): unknown {
  return (PRESETS[preset][section] as unknown as Readonly<Record<string, unknown>>)[setting];
}

/** As a comment has to say it. */
export function defaultsOf(setting: DocumentedSetting): string {
  const [dev, prod] = (['dev', 'prod'] as const).map((preset) => written(presetValue(preset, setting)));
  return dev === prod ? `${dev}` : `dev ${dev}, prod ${prod}`;
}

function tableOf(settings: readonly DocumentedSetting[]): string {
  const rows = settings.map((setting) => {
    const cells = [
      `\`${setting.setting}\``,
      written(presetValue('dev', setting)),
      written(presetValue('prod', setting)),
      setting.meaning,
      setting.price,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| setting | dev | prod | meaning | price |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The document with its tables as they have to be: what stands between the marks is replaced. */
export function withSettings(document: string): string {
  const settings = documentedSettings();
  const sections = [...new Set(settings.map(({ section }) => section))];
  const text = sections
    .map((section) => {
      const own = settings.filter((setting) => setting.section === section);
      const example = variableOf(section, own[0]?.setting ?? '');
      return `## ${section}\n\nIn the environment: \`${example}\` and so on.\n\n${tableOf(own)}`;
    })
    .join('\n\n');
  const marks = /(<!-- settings -->)[\s\S]*(<!-- end of settings -->)/;
  if (!marks.test(document)) throw new Error('no marks <!-- settings --> and <!-- end of settings -->');
  return document.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${text}\n\n${end}`);
}
