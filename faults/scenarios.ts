/** Every row of `npm run faults`, in the order in which they are played. */
import { killEventSource } from './rows/kill-event-source';
import type { Scenario } from './scenario';

export const SCENARIOS: readonly Scenario[] = [killEventSource];
