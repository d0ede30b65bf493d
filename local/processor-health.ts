/**
 * Health of the processor, for a container's check: a file that is touched while the consumer group hears from it and what it
 * counts is counted. `processor-health-check.ts` looks at its age. An idle topic is no illness: the group's heartbeats go on.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { touchHealthFile } from '../producer/health';
import type { InvocationReport } from './event-source/report';

export const processorHealthFile = join(tmpdir(), 'clickstream-processor-health');

/** One partition that fails does not make it ill while others go on: that is said on the page, and a restart mends nothing. */
export class ProcessorHealth {
  private isFailing = false;

  constructor(private readonly touch = (nowMs: number) => touchHealthFile(nowMs, processorHealthFile)) {}

  noteInvocation({ failedRecords }: Pick<InvocationReport, 'failedRecords'>): void {
    this.isFailing = failedRecords > 0;
  }

  noteGroupHeartbeat(nowMs: number): void {
    if (!this.isFailing) this.touch(nowMs);
  }
}
