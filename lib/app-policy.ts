/** What this app's templates do not say of themselves, for lib/policy. */
import { SETTING } from '../pipeline/settings';
import type { Configuration } from './config';
import type { PolicyOptions } from './policy/policy-rule';

export function appPolicy({ deployment, stream, consumer }: Configuration): PolicyOptions {
  const program = (part: string) => `${deployment.name}-${part}`;
  const { topic } = stream;
  return {
    kafkaClients: [
      { program: program('producer'), uses: ['write'], topic },
      { program: program('topic-admin'), uses: ['administer'], topic },
      { program: program('repair'), uses: ['read', 'watchGroup'], topic, group: consumer.consumerGroup },
      { program: program('audit'), uses: ['read'], topic },
    ],
    customResources: [
      {
        type: 'Custom::BootstrapBrokers',
        actions: ['kafka:GetBootstrapBrokers'],
        resourceProperty: 'clusterArn',
      },
    ],
    partialResponsesVariable: SETTING.REPORT_BATCH_ITEM_FAILURES,
  };
}
