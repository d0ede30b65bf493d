/** ISO-8601 in UTC. Nearly all times of a batch lie in two seconds, so the text of a second is made once. */
const secondsRemembered = 4;
const secondOf: number[] = new Array(secondsRemembered).fill(-1);
const textOf: string[] = new Array(secondsRemembered).fill('');

export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1_000);
  const slot = second % secondsRemembered;
  if (secondOf[slot] !== second) {
    secondOf[slot] = second;
    textOf[slot] = new Date(second * 1_000).toISOString().slice(0, 20);
  }
  return `${textOf[slot]}${String(ms - second * 1_000).padStart(3, '0')}Z`;
}
