/** Kinds of cluster, cache, origin and way in that can be deployed together: each pair of kinds of the former, and each way in with each of them. */
import { ADOPTED } from './synthesized';

export interface Variant {
  readonly stream: 'standard' | 'express' | 'serverless';
  readonly store: 'serverless' | 'nodes';
  readonly origin: 'created' | 'adopted';
  readonly collector: 'api' | 'cloudfront' | 'alb';
}

const streams = ['standard', 'express', 'serverless'] as const;
const stores = ['serverless', 'nodes'] as const;
const origins = ['created', 'adopted'] as const;
const collectors = ['api', 'cloudfront', 'alb'] as const;

export const variants: readonly Variant[] = streams.flatMap((stream, first) =>
  stores.flatMap((store, second) =>
    origins.map((origin, third) => ({
      stream,
      store,
      origin,
      collector: collectors[(first + second + third) % collectors.length] as Variant['collector'],
    })),
  ),
);

const certificate = (region: string) =>
  `arn:aws:acm:${region}:111122223333:certificate/0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f`;

/** As `producer` has them: with a firewall where there can be one, and with a name in whichever way a name can be had. */
export const COLLECTORS = {
  api: { collector: 'api' },
  cloudfront: {
    collector: 'cloudfront',
    collectorFirewall: true,
    collectorDomainName: 'clicks.example.com',
    collectorCertificateArn: certificate('us-east-1'),
  },
  alb: {
    collector: 'alb',
    collectorFirewall: true,
    collectorDomainName: 'clicks.example.com',
    collectorCertificateArn: certificate('eu-west-1'),
    collectorHostedZoneId: 'Z0123456789ABC',
  },
} as const;

/** The smallest deployment with it, asked for in the same words by all tests, so that it is made once. */
export function withCollector(collector: Variant['collector']): object {
  return { preset: 'dev', producer: COLLECTORS[collector] };
}

/** As in cdk.json. */
export function configurationOf({ stream, store, origin, collector }: Variant): object {
  const isAdopted = origin === 'adopted';
  return {
    preset: 'prod',
    network: isAdopted ? ADOPTED.network : {},
    stream: { type: stream, ...(isAdopted ? ADOPTED.stream : {}) },
    store: { type: store, ...(isAdopted ? ADOPTED.store : {}) },
    producer: COLLECTORS[collector],
  };
}

/** One that has it, of which nothing else matters. */
export function variantWith(collector: Variant['collector']): object {
  return configurationOf(variants.find((variant) => variant.collector === collector) as Variant);
}
