import { metricsFrom } from '../lambdas/metrics';

/** What is written to standard output, where CloudWatch reads it. */
function written(tell: () => void): readonly string[] {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    tell();
  } finally {
    spy.mockRestore();
  }
  return lines;
}

test('on one machine, where no namespace is set, nothing is written', () => {
  expect(written(() => metricsFrom({}, 'repair')({ ShardsTorn: 1 }))).toEqual([]);
});

test('figures are one line in the embedded metric format: names, units, and the handler as the one dimension', () => {
  const environment = { METRICS_NAMESPACE: 'clickstream/shop' };

  const lines = written(() =>
    metricsFrom(environment, 'repair')({ ShardsTorn: 0, LagMs: 1_200, RejectedPercent: 2.5 }),
  );

  expect(lines).toHaveLength(1);
  const told = JSON.parse(lines[0] as string);
  expect(told).toMatchObject({ service: 'repair', ShardsTorn: 0, LagMs: 1_200, RejectedPercent: 2.5 });
  expect(told._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'clickstream/shop',
      Dimensions: [['service']],
      Metrics: [
        { Name: 'ShardsTorn', Unit: 'Count' },
        { Name: 'LagMs', Unit: 'Milliseconds' },
        { Name: 'RejectedPercent', Unit: 'Percent' },
      ],
    },
  ]);
});

test('each writing is a line of its own', () => {
  const tell = metricsFrom({ METRICS_NAMESPACE: 'clickstream/shop' }, 'consumer');

  const lines = written(() => {
    tell({ PartitionsFailed: 1 });
    tell({ PartitionsFailed: 2 });
  });

  expect(lines.map((line) => JSON.parse(line).PartitionsFailed)).toEqual([1, 2]);
});
