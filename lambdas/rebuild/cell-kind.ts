/** What a person calls a cell of a shard, from its key's name after the tag: differences are told by kind. */
import { DIMENSION_NAMES, DIMENSIONS } from '../../pipeline/core/dimensions';
import { GRAIN_NAMES, GRAINS } from '../../pipeline/core/grains';

const grainOfCode = new Map<string, string>(GRAIN_NAMES.map((name) => [GRAINS[name].code, name]));
const dimensionOfCode = new Map<string, string>(DIMENSION_NAMES.map((name) => [DIMENSIONS[name].code, name]));

const kindOfFirst: Readonly<Record<string, string>> = {
  sites: 'sites',
  rejects: 'rejects',
  unprocessable: 'rejects',
  marks: 'marks',
  live: 'last seen',
  feed: 'feed',
  s: 'seconds',
};

/** `pages`, of a field of a dimension hash; the field's code where nothing is known by it. */
export function dimensionOfField(field: string): string {
  const code = field.slice(0, 1);
  return dimensionOfCode.get(code) ?? `dimension ${code}`;
}

/** `minute counts`, `day pages`, `all-time visitors`. `field`: of a hash. */
export function kindOf(name: string, field?: string): string {
  const [, first = '', , third, fourth] = name.split(':');
  const simple = kindOfFirst[first];
  if (simple !== undefined) return simple;
  if (first === 'pages') return 'all-time pages';
  if (first === 'all') return third === undefined ? 'all-time counts' : 'all-time visitors';
  const grain = grainOfCode.get(first) ?? first;
  if (fourth === undefined) return `${grain} counts`;
  return fourth === 'd' || fourth === 'x' ? `${grain} ${dimensionOfField(field ?? '')}` : `${grain} visitors`;
}
