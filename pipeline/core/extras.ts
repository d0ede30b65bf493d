/** What only some events carry, out of `properties`: props, the url of a link, revenue, engagement. The rules are in docs/counting.md. */
import { CURRENCIES } from './currencies';
import { LINK_EVENTS } from './dimensions';
import type { Engagement, EventType, Extras, Revenue } from './event';
import { engagedMsMax, linkCharsMax, propCharsMax, propsMax, revenueUnitsMax, scrolledMax } from './limits';
import { parseAmount } from './money';
import { type Fields, isFields, label, Rejected } from './wire-fields';

const NO_PROPS: Extras['props'] = new Map();

function propText(value: unknown): string | undefined {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  return label(isPlain ? String(value) : value, propCharsMax);
}

/** The first `propsMax` that have a text. Of two keys that are alike once they are cut, the first holds. */
function propsOf(props: unknown): Extras['props'] {
  if (!isFields(props)) return NO_PROPS;
  const taken = new Map<string, string>();
  for (const name in props) {
    if (taken.size >= propsMax) break;
    const key = label(name, propCharsMax);
    const value = propText(props[name]);
    if (key !== undefined && value !== undefined && !taken.has(key)) taken.set(key, value);
  }
  return taken;
}

function revenueOf(revenue: unknown): Revenue | undefined {
  if (revenue === undefined || revenue === null) return undefined;
  if (!isFields(revenue)) throw new Rejected('bad_revenue', 'revenue');
  const { amount, currency } = revenue;
  const thousandths = parseAmount(amount, revenueUnitsMax);
  if (thousandths === undefined) throw new Rejected('bad_revenue', 'amount');
  if (typeof currency !== 'string' || !CURRENCIES.has(currency))
    throw new Rejected('bad_revenue', 'currency');
  return { currency, thousandths };
}

function wholeUpTo(value: unknown, max: number, name: string): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > max) {
    throw new Rejected('bad_engagement', name);
  }
  return value as number;
}

function engagementOf({ engagedMs, scrolled }: Fields): Engagement {
  if (engagedMs === undefined) throw new Rejected('missing_field', 'engagedMs');
  return {
    engagedMs: wholeUpTo(engagedMs, engagedMsMax, 'engagedMs'),
    scrolled: scrolled === undefined ? 0 : wholeUpTo(scrolled, scrolledMax, 'scrolled'),
  };
}

/** Undefined where there are none. `event`: name of a custom event. Throws Rejected. */
export function extrasOf(type: EventType, event: string | undefined, properties: Fields): Extras | undefined {
  if (type === 'engagement') {
    return { props: NO_PROPS, link: undefined, revenue: undefined, engagement: engagementOf(properties) };
  }
  if (properties.props === undefined && properties.revenue === undefined) return undefined;
  const props = propsOf(properties.props);
  const revenue = revenueOf(properties.revenue);
  const isLink = event !== undefined && LINK_EVENTS.has(event);
  const link = isLink && isFields(properties.props) ? label(properties.props.url, linkCharsMax) : undefined;
  if (props.size === 0 && revenue === undefined) return undefined;
  return { props, link, revenue, engagement: undefined };
}
