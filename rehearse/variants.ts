/** What is rehearsed: configurations as cdk.json would have them, from the cheapest one to the one that has most. */

export interface Variant {
  readonly name: string;
  readonly about: string;
  /** context.clickstream of cdk.json. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Whether the cache is a cluster to its clients. */
  readonly hasClusterCache: boolean;
}

export const VARIANTS: readonly Variant[] = [
  {
    name: 'dev',
    about: 'preset dev as it is: standard brokers, serverless cache, pollers on demand',
    configuration: { preset: 'dev' },
    hasClusterCache: true,
  },
  {
    name: 'prod',
    about:
      'preset prod: express brokers, cache on two nodes, provisioned pollers, partial responses; may be deleted',
    configuration: { preset: 'prod', deployment: { terminationProtection: false } },
    hasClusterCache: false,
  },
  {
    name: 'serverless',
    about: 'preset dev on MSK Serverless, where a function of ours makes the topic',
    configuration: { preset: 'dev', stream: { type: 'serverless' } },
    hasClusterCache: true,
  },
];
