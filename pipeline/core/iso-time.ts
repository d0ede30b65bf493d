/** ISO-8601 times with a zone, as events and the API's parameters carry them; nothing else that `Date.parse` would guess at. */

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 UTC; undefined where the text is no such time. */
export function parseIsoTime(text: string): number | undefined {
  const ms = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
