/**
 * The store as the dashboard uses it: connected at the first question, not at start (a cold start must answer the page
 * while Redis is away), connected anew where connecting failed, and given up on before the page gives up on us.
 */
import type { SnapshotStore } from '../../pipeline/store/store-port';
import { StoreSilentError } from './request-error';

/** The page waits 3 s for an answer; it shall get a 503 that says why instead. */
export const readTimeMsMax = 2_500;

async function withinTime<T>(work: Promise<T>, timeMsMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreSilentError(`no answer within ${timeMsMax} ms`)), timeMsMax);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `connect` is called once, and again only after it has failed. */
export function patientStore(
  connect: () => Promise<SnapshotStore>,
  timeMsMax: number = readTimeMsMax,
): SnapshotStore {
  let connecting: Promise<SnapshotStore> | undefined;
  const ask = <T>(read: (store: SnapshotStore) => Promise<T>): Promise<T> => {
    connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return withinTime(connecting.then(read), timeMsMax);
  };
  return {
    readSnapshot: (...question) => ask((store) => store.readSnapshot(...question)),
    readComparison: (...question) => ask((store) => store.readComparison(...question)),
    readTimeseries: (...question) => ask((store) => store.readTimeseries(...question)),
    readHealth: (...question) => ask((store) => store.readHealth(...question)),
  };
}
