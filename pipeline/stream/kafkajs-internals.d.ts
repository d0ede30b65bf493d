/** The inner modules of kafkajs that are used here; kafkajs is pinned, and test/stream holds what is assumed of them. */
declare module 'kafkajs/src/network/requestQueue' {
  interface RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
  const RequestQueueClass: { readonly prototype: RequestQueue };
  export = RequestQueueClass;
}

/** What its consumer makes of one fetch answer: aborted transactions and control records are sorted out. */
declare module 'kafkajs/src/consumer/batch' {
  interface DecodedMessage {
    readonly offset: string;
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly batchContext: { readonly firstOffset: string; readonly lastOffsetDelta: number };
  }
  class Batch {
    constructor(topic: string, fetchedOffset: string, partitionData: unknown);
    readonly rawMessages: readonly DecodedMessage[];
    readonly messages: readonly DecodedMessage[];
  }
  export = Batch;
}
