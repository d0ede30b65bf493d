/** ISO-8601 times with a zone, as events and the API's parameters carry them; nothing else that `Date.parse` would guess at. */

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The calendar repeats itself after so many years. */
const calendarYears = 400;

/** `Date.parse` takes 30 February for 2 March. Every month has 28 days, so only what follows is looked at. */
function isDayOfMonth(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  // Date.UTC takes the years 0 to 99 for those of the last century, and 1900 had no leap day.
  const year = calendarYears * 5 + (Number(text.slice(0, 4)) % calendarYears);
  return day <= new Date(Date.UTC(year, Number(text.slice(5, 7)), 0)).getUTCDate();
}

/** Milliseconds since 1970 UTC; undefined where the text is no such time. */
export function parseIsoTime(text: string): number | undefined {
  const ms = isoTime.test(text) && isDayOfMonth(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
