/** The scheme's colours for what is drawn on a canvas, which knows no variables of style. */
import { createElement, elementById } from './elements';

export interface Palette {
  readonly views: string;
  readonly viewsOpen: string;
  readonly visitors: string;
  readonly visitorsOpen: string;
  readonly earlier: string;
  readonly line: string;
  readonly faint: string;
}

const variables: Readonly<Record<keyof Palette, string>> = {
  views: '--views',
  viewsOpen: '--views-open',
  visitors: '--accent',
  visitorsOpen: '--accent-open',
  earlier: '--earlier',
  line: '--line',
  faint: '--faint',
};

/** As they are now: under the scheme of the system, or under that which the person chose. */
export function readPalette(): Palette {
  const probe = createElement('span');
  elementById('chart').append(probe);
  const resolve = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const palette: Record<keyof Palette, string> = { ...variables };
  for (const name of Object.keys(variables) as (keyof Palette)[]) palette[name] = resolve(variables[name]);
  probe.remove();
  return palette;
}
