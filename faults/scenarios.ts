/** Every row of `npm run faults`, in the order in which they are played. */
import { eatLog } from './rows/eat-log';
import { fillNoEviction, fillVolatileLru } from './rows/fill-redis';
import { floodOfValues } from './rows/flood';
import { fuzzCollector } from './rows/fuzz-collector';
import { jumpClock } from './rows/jump-clock';
import { killCollector } from './rows/kill-collector';
import { killEventSource, killOneOfThree, killOneOfTwo } from './rows/kill-event-source';
import { killRebuild } from './rows/kill-rebuild';
import { killEmptyRedis, killRedis } from './rows/kill-redis';
import { losePrimary } from './rows/lose-primary';
import { poison } from './rows/poison';
import { promoteReplica } from './rows/promote-replica';
import { remakeTopic } from './rows/remake-topic';
import { slowConnections } from './rows/slow-connections';
import { killKafka, pauseKafka } from './rows/stop-kafka';
import type { Scenario } from './scenario';

export const SCENARIOS: readonly Scenario[] = [
  killEventSource,
  killOneOfTwo,
  killOneOfThree,
  killRedis,
  killEmptyRedis,
  promoteReplica,
  losePrimary,
  fillNoEviction,
  fillVolatileLru,
  killKafka,
  pauseKafka,
  remakeTopic,
  killRebuild,
  slowConnections,
  jumpClock,
  eatLog,
  poison,
  floodOfValues,
  killCollector,
  fuzzCollector,
];
