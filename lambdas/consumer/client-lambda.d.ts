/** What is used of the AWS SDK's Lambda client. The runtime has it, and one call is no reason to install it for the types. */
declare module '@aws-sdk/client-lambda' {
  class LambdaClient {
    constructor(configuration: {
      readonly maxAttempts: number;
      readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
    });
    send(command: InvokeCommand): Promise<{ readonly StatusCode?: number }>;
  }
  class InvokeCommand {
    constructor(input: {
      readonly FunctionName: string;
      readonly InvocationType: 'Event';
      readonly Payload: Uint8Array;
    });
  }

  export { InvokeCommand, LambdaClient };
}
