import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type BundledHandler, bundled } from './run-bundle';

/** Lambda takes 50 MB zipped; a cold start reads all of it, so a handler is kept far below. */
const bytesMax = 1_000_000;
/** Repair and audit carry both Kafka, with the signer that IAM needs, and Redis; nobody waits for their cold starts. */
const bothBytesMax = 1_250_000;
/** Asked for inside a try by the SDK's signer, for an algorithm that MSK does not use. */
const askedInVain = '@aws-sdk/signature-v4-crt';

const brokers = 'arn:aws:kafka:eu-west-1:123456789012:cluster/clickstream/1';
const kafkaControlPlane = `
  exports.GetBootstrapBrokersCommand = class { constructor(input) { this.input = input; } };
  exports.KafkaClient = class {
    async send({ input }) {
      if (input.ClusterArn !== '${brokers}') return {};
      return { BootstrapBrokerStringSaslIam: 'b-2.example:9098,b-1.example:9098' };
    }
  };
`;

describe.each([
  ['consumer', bytesMax],
  ['repair', bothBytesMax],
  ['audit', bothBytesMax],
  ['dashboard', bytesMax],
  ['authorizer', bytesMax],
  ['topic-admin', bytesMax],
  ['bootstrap-brokers', bytesMax],
] as const)('the bundle of %s', (name, most) => {
  let bundle: BundledHandler;
  let code: string;
  beforeAll(() => {
    bundle = bundled(name);
    code = readFileSync(join(bundle.folder, 'index.js'), 'utf8');
  });
  afterAll(() => bundle.remove());

  it('asks for nothing but Node itself and the clients that the runtime has', () => {
    const asked = Array.from(code.matchAll(/\brequire\("([^"]+)"\)/g), (match) => match[1] as string);

    const missing = asked.filter((module) => !isBuiltin(module) && !module.startsWith('@aws-sdk/client-'));

    expect(missing.filter((module) => module !== askedInVain)).toEqual([]);
    expect(code).not.toMatch(/\bimport\("/);
  });

  it('is small, and has its source map beside it', () => {
    expect(code.length).toBeLessThan(most);
    expect(readdirSync(bundle.folder)).toContain('index.js.map');
  });
});

describe("the brokers' addresses", () => {
  const bundle = bundled('bootstrap-brokers');
  const sdk = { 'client-kafka': kafkaControlPlane };
  const request = (RequestType: string, clusterArn: string) => ({
    RequestType,
    ResourceProperties: { clusterArn },
  });
  afterAll(() => bundle.remove());

  it.each(['Create', 'Update'])('are asked for on %s, and come in one order', (type) => {
    expect(bundle.call(request(type, brokers), {}, sdk)).toEqual({
      answer: { PhysicalResourceId: brokers, Data: { brokers: 'b-1.example:9098,b-2.example:9098' } },
    });
  });

  it('are not asked for on Delete: the cluster may be gone', () => {
    expect(bundle.call(request('Delete', 'arn:gone'), {}, sdk)).toEqual({
      answer: { PhysicalResourceId: 'arn:gone' },
    });
  });

  it('are an error where the cluster has no listener for IAM', () => {
    expect(bundle.call(request('Create', 'arn:other'), {}, sdk)).toEqual({
      error: 'NoIamListenerError: arn:other answers with no addresses for IAM',
    });
  });
});
