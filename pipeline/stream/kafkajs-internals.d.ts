/** The one inner module of kafkajs that is mended here; kafkajs is pinned, and test/stream holds what is assumed of it. */
declare module 'kafkajs/src/network/requestQueue' {
  interface RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
  const RequestQueueClass: { readonly prototype: RequestQueue };
  export = RequestQueueClass;
}
