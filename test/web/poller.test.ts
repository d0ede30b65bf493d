/** The poller with a clock of jest's and a server that answers when it is told to. */
import { Poller } from '../../web/poller';
import { buildSnapshot } from '../support/build-snapshot';

interface Asked {
  readonly address: string;
  readonly ifNoneMatch: string | undefined;
  readonly signal: AbortSignal;
  readonly answer: (response: Response) => void;
}

const snapshot = buildSnapshot();
const held = { ETag: 'W/"a"' };
const originals = { document: globalThis.document, window: globalThis.window, fetch: globalThis.fetch };

function prepare() {
  const asked: Asked[] = [];
  const told: string[] = [];
  const page = { hidden: false };
  let address = 'a';
  const fetchOnce = (target: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const signal = init.signal as AbortSignal;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      const ifNoneMatch = new Headers(init.headers).get('If-None-Match') ?? undefined;
      asked.push({ address: target, ifNoneMatch, signal, answer: resolve });
    });
  Object.assign(globalThis, { document: page, window: globalThis, fetch: fetchOnce });
  const poller = new Poller({
    address: () => address,
    onAnswer: ({ lag, freshness }) => {
      if (freshness === undefined) throw new TypeError('an answer that cannot be shown');
      told.push(`${freshness} ${lag}`);
    },
    onFailure: (reason) => told.push(reason),
  });
  const go = (to: string): void => {
    address = to;
  };
  const answerLast = async (response: Response): Promise<void> => {
    asked.at(-1)?.answer(response);
    await jest.advanceTimersByTimeAsync(0);
  };
  return { asked, told, page, poller, go, answerLast };
}

function json(body: unknown, status = 200, headers: Record<string, string> = held): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
  Object.assign(globalThis, originals);
});

test('it asks each second, and the next time with the tag that it holds', async () => {
  const { asked, told, poller, answerLast } = prepare();
  poller.askNow();

  await answerLast(json(snapshot));
  await jest.advanceTimersByTimeAsync(999);
  expect(asked).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(2);
  await answerLast(
    new Response(null, { status: 304, headers: { ...held, 'X-Lag-Ms': '5100', 'X-Freshness': 'delayed' } }),
  );

  expect(asked.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, 'W/"a"']);
  expect(told).toEqual(['live 640', 'delayed 5100']);
});

test('a server that hangs is given up on after 3 s, and asked again at once, never twice at a time', async () => {
  const { asked, told, poller } = prepare();
  poller.askNow();

  await jest.advanceTimersByTimeAsync(2_999);
  expect([asked.length, told]).toEqual([1, []]);
  await jest.advanceTimersByTimeAsync(1);
  await jest.advanceTimersByTimeAsync(1);

  expect(told).toEqual(['it takes longer than 3 s']);
  expect(asked).toHaveLength(2);
  expect(asked[0]?.signal.aborted).toBe(true);
});

test.each([
  [json({ error: 'unavailable', message: 'the store does not answer' }, 503), 'the store does not answer'],
  [new Response('<html>', { status: 502 }), 'status 502'],
  [new Response('<html>', { status: 200 }), 'it cannot be reached or understood'],
])('what is no answer is told, and the next second is another chance', async (response, reason) => {
  const { told, poller, answerLast } = prepare();
  poller.askNow();

  await answerLast(response);
  await jest.advanceTimersByTimeAsync(1_000);
  await answerLast(json(snapshot));

  expect(told).toEqual([reason, 'live 640']);
});

test('another choice gives up what is in flight, whose answer is never shown', async () => {
  const { asked, told, poller, go, answerLast } = prepare();
  poller.askNow();
  go('b');
  poller.askNow();
  await jest.advanceTimersByTimeAsync(0);

  expect(asked.map(({ address }) => address)).toEqual(['a', 'b']);
  expect(asked[0]?.signal.aborted).toBe(true);
  await answerLast(json(snapshot));
  expect(told).toEqual(['live 640']);
  expect(asked[1]?.ifNoneMatch).toBeUndefined();
});

test('a hidden page asks every 10 s, and at once when it is seen again', async () => {
  const { asked, page, poller, answerLast } = prepare();
  page.hidden = true;
  poller.askNow();
  await answerLast(json(snapshot));

  await jest.advanceTimersByTimeAsync(9_999);
  expect(asked).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(2);
  await answerLast(json(snapshot));
  page.hidden = false;
  poller.wake();
  expect(asked).toHaveLength(3);
  poller.wake();
  expect(asked).toHaveLength(3);
});

test('a page that has been hidden for five minutes asks every minute', async () => {
  const { asked, page, poller, answerLast } = prepare();
  page.hidden = true;
  poller.askNow();
  await answerLast(json(snapshot));
  for (let second = 10; second <= 300; second += 10) {
    await jest.advanceTimersByTimeAsync(10_000);
    await answerLast(json(snapshot));
  }
  expect(asked).toHaveLength(31);

  await jest.advanceTimersByTimeAsync(59_999);
  expect(asked).toHaveLength(31);
  await jest.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(32);
  await answerLast(json(snapshot));

  // Seen again: at once, and each second; hidden again: as if for the first time.
  page.hidden = false;
  poller.wake();
  await answerLast(json(snapshot));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveLength(34);
  page.hidden = true;
  await answerLast(json(snapshot));
  await jest.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(35);
});

test('what an answer took on its way is added to its lag', async () => {
  const { told, poller, answerLast } = prepare();
  poller.askNow();
  await jest.advanceTimersByTimeAsync(2_500);
  await answerLast(json(snapshot));

  expect(told).toEqual(['live 3140']);
});

/** The wall clock alone goes on, as in a suspended laptop. */
function sleep(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
}

test('sleep since the last answer is known until the next one', async () => {
  const { told, poller, answerLast } = prepare();
  poller.askNow();
  await answerLast(json(snapshot));
  expect(poller.sleptMs).toBe(0);

  sleep(600_000);
  await jest.advanceTimersByTimeAsync(999);
  expect(poller.sleptMs).toBe(600_000);
  await jest.advanceTimersByTimeAsync(1);
  await answerLast(new Response('<html>', { status: 502 }));
  expect(poller.sleptMs).toBe(600_000);
  await jest.advanceTimersByTimeAsync(1_000);
  await answerLast(json({ nothing: 'that can be shown' }));
  expect(poller.sleptMs).toBe(600_000);
  await jest.advanceTimersByTimeAsync(1_000);
  await answerLast(json(snapshot));

  expect(poller.sleptMs).toBe(0);
  expect(told).toEqual(['live 640', 'status 502', 'it cannot be reached or understood', 'live 640']);
});

test('an answer that was on its way while the machine slept is not shown, and the next second is another chance', async () => {
  const { asked, told, poller, answerLast } = prepare();
  poller.askNow();
  sleep(600_000);
  await answerLast(json(snapshot));
  expect(told).toEqual(['it takes longer than 3 s']);

  await jest.advanceTimersByTimeAsync(1_000);
  await answerLast(json(snapshot));
  expect(asked).toHaveLength(2);
  expect(told.at(-1)).toBe('live 640');
});

test('a clock that is corrected a little, or set back, is no sleep', async () => {
  const { told, poller, answerLast } = prepare();
  poller.askNow();
  sleep(1_500);
  await answerLast(json(snapshot));
  sleep(-86_400_000);

  expect(poller.sleptMs).toBe(0);
  await jest.advanceTimersByTimeAsync(1_000);
  await answerLast(json(snapshot));
  expect(told).toEqual(['live 640', 'live 640']);
});
