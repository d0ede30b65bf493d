import type { ExplainedAlarmProps } from '../constructs/explained-alarm';
import type { ConsumerStack } from '../consumer-stack';
import type { DashboardStack } from '../dashboard-stack';
import type { ProducerStack } from '../producer-stack';
import type { StoreStack } from '../store-stack';
import type { StreamStack } from '../stream-stack';

/** One alarm, as a row of a table. */
export type AlarmRow = Omit<ExplainedAlarmProps, 'deployment' | 'topic'>;

/** What is watched. */
export interface Watched {
  readonly stream: StreamStack;
  readonly store: StoreStack;
  readonly producer: ProducerStack;
  readonly consumer: ConsumerStack;
  readonly dashboard: DashboardStack;
}
