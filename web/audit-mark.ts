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

export function showAuditMark(audit: AuditMark | null, clock: ZoneClock): void {
  const element = elementById('audit');
  if (audit === null) {
    setText(element, 'not audited yet');
    setAttribute(element, 'title', 'npm run audit recounts the topic and compares every cell.');
    setAttribute(element, 'data-state', 'none');
    return;
  }
  const found = audit.differences === 0 ? '0 differences' : `${formatCount(audit.differences)} cells differ`;
  setText(element, `${audit.differences === 0 ? '✓' : '✗'} audited ${nameRange(audit, clock)}: ${found}`);
  const size = `${formatCount(audit.records)} records recounted, ${formatCount(audit.cells)} cells compared`;
  setAttribute(element, 'title', `${size}, at ${clock.dayAndMinute(Date.parse(audit.at))}.`);
  setAttribute(element, 'data-state', audit.differences === 0 ? 'equal' : 'differs');
}
