/**
 * kafkajs 2.2.4 re-arms the timer of each connection's request queue even when nothing waits, with a negative delay:
 * a thousand empty wake-ups a second, and a TimeoutNegativeWarning on Node 24 (tulios/kafkajs#1704, #1751). A queue in
 * which nothing waits needs no timer, since a request that comes to wait arms it itself.
 */
import RequestQueue from 'kafkajs/src/network/requestQueue';

let isMended = false;

/** Idempotent; concerns every kafkajs connection of this process. */
export function mendRequestQueueTimer(): void {
  if (isMended) return;
  isMended = true;
  const { prototype } = RequestQueue;
  const arm = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    if (this.pending.length > 0) arm.call(this);
  };
}
