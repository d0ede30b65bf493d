/** The call of the repair function, against a stand-in for the SDK that Lambda's runtime has. */
import { lambdaRepairCall } from '../../lambdas/consumer/call-lambda-repair';

interface Sent {
  readonly FunctionName: string;
  readonly InvocationType: string;
  readonly Payload: Uint8Array;
}

const mockSent: Sent[] = [];
const mockConfigurations: unknown[] = [];
const mockAnswer: { error?: Error } = {};

jest.mock(
  '@aws-sdk/client-lambda',
  () => ({
    InvokeCommand: class {
      constructor(readonly input: Sent) {}
    },
    LambdaClient: class {
      constructor(configuration: unknown) {
        mockConfigurations.push(configuration);
      }
      async send({ input }: { readonly input: Sent }) {
        if (mockAnswer.error !== undefined) throw mockAnswer.error;
        mockSent.push(input);
        return { StatusCode: 202 };
      }
    },
  }),
  { virtual: true },
);

beforeEach(() => {
  mockSent.length = 0;
  mockConfigurations.length = 0;
  mockAnswer.error = undefined as never;
});

test.each([{}, { REPAIR_FUNCTION: '' }])('without a function to call, none is called: %j', (env) => {
  expect(lambdaRepairCall(env)).toBeUndefined();
});

test('the function is handed the partition, and nobody waits for its end', async () => {
  await lambdaRepairCall({ REPAIR_FUNCTION: 'repair-function' })?.(3);

  expect(mockSent).toHaveLength(1);
  const { Payload, ...rest } = mockSent[0] as Sent;
  expect(rest).toEqual({ FunctionName: 'repair-function', InvocationType: 'Event' });
  expect(JSON.parse(new TextDecoder().decode(Payload))).toEqual({ partition: 3 });
});

test('one attempt, within three seconds: a batch waits for it', async () => {
  await lambdaRepairCall({ REPAIR_FUNCTION: 'repair-function' })?.(0);

  expect(mockConfigurations).toEqual([
    { maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 } },
  ]);
});

test("the API's refusal is the caller's to say", async () => {
  mockAnswer.error = new Error('TooManyRequestsException');

  await expect(lambdaRepairCall({ REPAIR_FUNCTION: 'repair-function' })?.(0)).rejects.toThrow(/TooMany/);
});
