/** Instants as people in a time zone read them: 24 hours, days before months. The formats are made once a zone, since making one is dear. */
export interface ZoneClock {
  readonly zone: string;
  /** 09:05 */
  minute(ms: number): string;
  /** 09:05:07 */
  second(ms: number): string;
  /** 3 Mar */
  day(ms: number): string;
  /** Tue 3 Mar */
  weekday(ms: number): string;
  /** Tue 3 Mar, 09:05 */
  dayAndMinute(ms: number): string;
  /** 0 to 59. */
  minuteOfHour(ms: number): number;
  /** 0 to 23. */
  hourOfDay(ms: number): number;
}

const cache = new Map<string, ZoneClock>();

function makeClock(zone: string): ZoneClock {
  const format = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
    const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
    return (ms) => made.format(ms);
  };
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const date = { day: 'numeric', month: 'short' } as const;
  const minute = format(time);
  return {
    zone,
    minute,
    second: format({ timeStyle: 'medium' }),
    day: format(date),
    weekday: format({ weekday: 'short', ...date }),
    dayAndMinute: format({ weekday: 'short', ...date, ...time }),
    minuteOfHour: (ms) => Number(minute(ms).slice(3, 5)),
    hourOfDay: (ms) => Number(minute(ms).slice(0, 2)),
  };
}

/** `zone`: an IANA name that Intl knows. Throws RangeError otherwise. */
export function zoneClock(zone: string): ZoneClock {
  const known = cache.get(zone);
  if (known !== undefined) return known;
  const made = makeClock(zone);
  cache.set(zone, made);
  return made;
}
