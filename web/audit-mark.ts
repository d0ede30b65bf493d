/** The audit's mark: for which time an independent recount has confirmed the numbers, and what it found. */
import type { AuditMark } from '../pipeline/core/snapshot';
import { elementById, setAttribute, setText } from './elements';
import { formatCount } from './format';
import type { ZoneClock } from './zone-clock';

function nameRange({ from, to }: AuditMark, clock: ZoneClock): string {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const isOneDay = clock.day(fromMs) === clock.day(toMs);
  const start = isOneDay ? clock.minute(fromMs) : clock.dayAndMinute(fromMs);
  return `${start} to ${isOneDay ? clock.minute(toMs) : clock.dayAndMinute(toMs)}`;
}

/** Of today the minute is enough; of another day it would mislead. */
export function describeAudit({ at, to, differences }: AuditMark, clock: ZoneClock): string {
  const [atMs, toMs] = [Date.parse(at), Date.parse(to)];
  const until = clock.day(atMs) === clock.day(toMs) ? clock.minute(toMs) : clock.dayAndMinute(toMs);
  if (differences === 0) return `✓ audited up to ${until}, 0 differences`;
  const count = `${formatCount(differences)} ${differences === 1 ? 'number' : 'numbers'}`;
  return `✗ AUDIT: ${count} wrong, up to ${until}`;
}

export function showAuditMark(audit: AuditMark | null, clock: ZoneClock): void {
  const element = elementById('audit');
  if (audit === null) {
    setText(element, 'not audited yet');
    setAttribute(
      element,
      'title',
      'Minutes are audited some ten minutes after they end; npm run audit compares everything at once.',
    );
    setAttribute(element, 'data-state', 'none');
    return;
  }
  setText(element, describeAudit(audit, clock));
  const size = `${formatCount(audit.records)} records recounted, ${formatCount(audit.cells)} numbers compared`;
  const at = clock.dayAndMinute(Date.parse(audit.at));
  setAttribute(element, 'title', `${nameRange(audit, clock)}: ${size}, at ${at}.`);
  setAttribute(element, 'data-state', audit.differences === 0 ? 'equal' : 'differs');
}
