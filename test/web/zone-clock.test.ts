import { zoneClock } from '../../web/zone-clock';

const at = Date.UTC(2026, 0, 31, 20, 35, 7);

test('times have 24 hours, days come before months', () => {
  const clock = zoneClock('UTC');

  expect(clock.minute(at)).toBe('20:35');
  expect(clock.second(at)).toBe('20:35:07');
  expect(clock.day(at)).toBe('31 Jan');
  expect(clock.weekday(at)).toBe('Sat 31 Jan');
  expect(clock.dayAndMinute(at)).toBe('Sat 31 Jan, 20:35');
  expect([clock.hourOfDay(at), clock.minuteOfHour(at)]).toEqual([20, 35]);
  expect(clock.minute(Date.UTC(2026, 0, 31))).toBe('00:00');
});

test.each([
  ['Asia/Tehran', '00:05', '1 Feb'],
  ['Asia/Kathmandu', '02:20', '1 Feb'],
  ['America/St_Johns', '17:05', '31 Jan'],
  ['Pacific/Kiritimati', '10:35', '1 Feb'],
])('in %s it is %s of %s', (zone, minute, day) => {
  const clock = zoneClock(zone);

  expect([clock.minute(at), clock.day(at)]).toEqual([minute, day]);
});

test('a zone that nobody knows is refused', () => {
  expect(() => zoneClock('Mars/Base')).toThrow(RangeError);
});
