import { TOPIC_SETTINGS } from '../../lib/constructs/event-topic';
import { VITAL_SETTINGS } from '../../pipeline/stream/topics';
import { onlyResource, resourcesOf, synthesizeStacks } from './synthesized';

test('a topic that MSK makes has the settings of one that we make', () => {
  expect(TOPIC_SETTINGS).toEqual(VITAL_SETTINGS);
});

test.each([
  ['standard', 2],
  ['express', 3],
])('on a %s cluster MSK makes the topic, with %d copies', (type, copies) => {
  const zoneCount = type === 'express' ? 3 : 2;
  const { templates } = synthesizeStacks({ stream: { type, partitions: 12 }, network: { zoneCount } });

  const { Configs, ...properties } = onlyResource(templates.stream, 'AWS::MSK::Topic').Properties;

  expect(JSON.parse(Buffer.from(String(Configs), 'base64').toString())).toEqual(VITAL_SETTINGS);
  expect(properties).toMatchObject({ TopicName: 'clicks', PartitionCount: 12, ReplicationFactor: copies });
});

test('on a serverless cluster, where MSK makes none, a function in the VPC does', () => {
  const { templates } = synthesizeStacks({ stream: { type: 'serverless', partitions: 12 } });

  expect(resourcesOf(templates.stream, 'AWS::MSK::Topic')).toEqual([]);
  expect(onlyResource(templates.stream, 'Custom::EventTopic').Properties).toMatchObject({
    topic: 'clicks',
    partitions: 12,
  });
});
