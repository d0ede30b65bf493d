import type { Aws } from '../../rehearse/aws';
import { listDeployed } from '../../rehearse/left-overs';
import type { Stage } from '../../rehearse/stage';

const xml: Readonly<Record<string, string>> = {
  DescribeStacks:
    '<member><StackName>clickstream-store</StackName></member><member><StackName>CDKToolkit</StackName></member>',
  DescribeVpcs: '<item><isDefault>true</isDefault></item><item><isDefault>false</isDefault></item>',
  DescribeVpcEndpoints: '<item><vpcEndpointId>vpce-1</vpcEndpointId></item>',
};

/** An account in which there is what is handed in, and else nothing. */
function stageWith(found: Readonly<Record<string, object>>, users: readonly string[]): Stage {
  const aws: Pick<Aws, 'query' | 'command' | 'ask'> = {
    query: async (_service, _version, action) => `<answer>${xml[action] ?? ''}</answer>`,
    command: async <Answer>(_service: string, target: string) => (found[target] ?? {}) as Answer,
    ask: async (_service, _method, path) => ({
      status: 200,
      headers: {},
      body: Buffer.from(JSON.stringify(found[path] ?? {})),
    }),
  };
  return { aws, services: { redis: { call: async () => users } } } as unknown as Stage;
}

test('what is the deployment’s is told by kind, and nothing of the CDK’s or of the account’s', async () => {
  const stage = stageWith(
    {
      '/2015-03-31/functions/': {
        Functions: [{ FunctionName: 'clickstream-consumer' }, { FunctionName: 'someone-else' }],
      },
      '/2015-03-31/event-source-mappings/': { EventSourceMappings: [{ UUID: '0a1b' }] },
      'secretsmanager.ListSecrets': { SecretList: [{ Name: 'store-password' }] },
    },
    ['default', 'rehearsal', 'clickstream-user'],
  );

  expect(Object.fromEntries(await listDeployed(stage))).toEqual({
    stack: ['clickstream-store'],
    function: ['clickstream-consumer'],
    'event source mapping': ['0a1b'],
    secret: ['store-password'],
    VPC: ['false'],
    endpoint: ['vpce-1'],
    'user of the cache': ['clickstream-user'],
  });
});
