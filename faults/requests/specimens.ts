/** Draws requests: good ones, and what goes wrong with each part of one, so that nearly all of it is right and gets far. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { EdgeReason } from '../../pipeline/core/edge-reason';
import type { Random } from '../../producer/simulator/random';
import { HOSTILE_TEXTS, NON_STRINGS } from '../poison/hostile-texts';
import { site } from '../stage';
import type { RequestSpecimen } from './specimen';

type Draw = (random: Random) => RequestSpecimen;

const path = '/api/v1/events';
const key = { authorization: `Bearer ${site}` };
/** Every eighth, so that most of the rest is read in full. */
const nestingDepth = 20_000;
const bombBytes = 8 * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(bombBytes, 0x20));
const tooLarge = Buffer.alloc(1024 * 1024 + 1, 0x20);

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function text(random: Random): string {
  return pick(random, HOSTILE_TEXTS);
}

/** JSON text, since some values have no other form. */
function event(random: Random): string {
  const title = random() < 0.2 ? pick(random, NON_STRINGS) : JSON.stringify(text(random));
  const props = `{${JSON.stringify(text(random))}:${random() < 0.3 ? pick(random, NON_STRINGS) : JSON.stringify(text(random))}}`;
  const properties = `{"url":${JSON.stringify(`https://demo.example/${encodeURIComponent(text(random).toWellFormed())}`)},"referrer":${JSON.stringify(text(random))},"title":${title},"props":${props}}`;
  return random() < 0.5
    ? `{"type":"page","properties":${properties}}`
    : `{"type":"track","event":${JSON.stringify(text(random))},"properties":${properties}}`;
}

function batch(random: Random): { readonly json: string; readonly events: number } {
  const events = 1 + Math.floor(random() * 8);
  return { json: `[${Array.from({ length: events }, () => event(random)).join(',')}]`, events };
}

function http(
  kind: string,
  body: string | Buffer,
  changed: Partial<RequestSpecimen & { method: string; path: string; headers: Record<string, string> }>,
): RequestSpecimen {
  const whole = {
    kind,
    how: 'http',
    method: 'POST',
    path,
    headers: key,
    body: Buffer.from(body as Buffer),
    events: 0,
    edge: {},
    status: 200,
    ...changed,
  };
  return whole as RequestSpecimen;
}

function refused(
  kind: string,
  body: string | Buffer,
  reason: EdgeReason,
  status: number,
  headers: Record<string, string> = key,
): RequestSpecimen {
  return http(kind, body, { edge: { [reason]: 1 }, status, headers });
}

function raw(
  kind: string,
  bytes: string | Buffer,
  end: 'wait' | 'leave' | 'half-close',
  fate: Partial<RequestSpecimen>,
): RequestSpecimen {
  return {
    kind,
    how: 'raw',
    bytes: Buffer.from(bytes as Buffer),
    end,
    events: 0,
    edge: {},
    status: undefined,
    ...fate,
  } as RequestSpecimen;
}

function head(length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${site}\r\nContent-Length: ${length}\r\n${more}\r\n`;
}

/** A batch in which some are bad: the others count. */
const partlyBad: Draw = (random) => {
  const { json, events } = batch(random);
  const bad = pick(random, [
    '{"type":"identify"}',
    '{"type":"track"}',
    '{"type":"page","properties":{"url":"javascript:alert(1)"}}',
    'null',
    '[]',
    '"<script>"',
  ]);
  return http('partly bad', `${json.slice(0, -1)},${bad}]`, { events, edge: { bad_event: 1 } });
};

const good: Draw = (random) => {
  const { json, events } = batch(random);
  return http('good', json, { events });
};

const goodGzip: Draw = (random) => {
  const { json, events } = batch(random);
  const headers = random() < 0.5 ? key : { ...key, 'content-encoding': 'gzip' };
  return http('gzip', gzipSync(json), { events, headers });
};

const plausible: Draw = (random) => {
  const name = random() < 0.5 ? 'pageview' : text(random);
  const body = {
    n: name,
    u: `https://demo.example/${encodeURIComponent(text(random).toWellFormed())}`,
    d: site,
    r: text(random),
    p: { [text(random)]: text(random) },
  };
  return http('plausible', JSON.stringify(body), { path: '/api/event', headers: {}, events: 1 });
};

const nested: Draw = () => {
  const deep = `${'['.repeat(nestingDepth)}${']'.repeat(nestingDepth)}`;
  return http('nested', `[{"type":"page","properties":{"url":"/deep","props":{"x":${deep}}}}]`, {
    events: 1,
  });
};

const brokenJson: Draw = (random) => {
  const { json } = batch(random);
  return refused(
    'broken JSON',
    json.slice(0, 1 + Math.floor(random() * (json.length - 2))).replace(/\n/g, ' '),
    'malformed_body',
    400,
  );
};

const badUtf8: Draw = (random) => {
  const bytes = Buffer.from(batch(random).json);
  bytes[1 + Math.floor(random() * (bytes.length - 1))] = 0xff;
  return refused('bad UTF-8', bytes, 'bad_encoding', 400);
};

const badGzip: Draw = (random) => {
  const packed = gzipSync(batch(random).json);
  const broken = pick(random, [
    packed.subarray(0, packed.length - 9),
    Buffer.concat([packed.subarray(0, 10), deflateRawSync('x').subarray(1)]),
    Buffer.from([0x1f, 0x8b]),
  ]);
  return refused('bad gzip', broken, 'bad_encoding', 400);
};

/** By weight. Those at the end hold a connection for long, or send much. */
const KINDS: readonly (readonly [number, Draw])[] = [
  [30, good],
  [10, goodGzip],
  [10, plausible],
  [10, partlyBad],
  [8, brokenJson],
  [6, badUtf8],
  [6, badGzip],
  [
    4,
    (random) =>
      refused('says gzip', batch(random).json, 'bad_encoding', 400, { ...key, 'content-encoding': 'gzip' }),
  ],
  [
    4,
    (random) =>
      refused('unknown key', '[{}]', 'unknown_key', 401, {
        authorization: `Bearer x${Math.floor(random() * 1e9)}`,
      }),
  ],
  [
    3,
    (random) =>
      http('unknown path', '{}', {
        path: pick(random, [
          '/',
          '/wp-login.php',
          '/v2/batch',
          '/api/v1/events/x',
          '/%00',
          '/../../etc/passwd',
        ]),
        edge: { unknown_path: 1 },
        status: 404,
      }),
  ],
  [2, () => http('other method', '', { method: 'GET', edge: { unknown_path: 1 }, status: 404 })],
  [1, nested],
  [0.2, () => refused('bomb', bomb, 'too_large', 413)],
  [0.1, () => refused('too large', tooLarge, 'too_large', 413)],
  [
    1,
    (random) =>
      raw('no HTTP', `${pick(random, ['hello', '\x16\x03\x01\x02', 'GET', '{"n":1}'])} \r\n\r\n`, 'wait', {
        edge: { malformed_request: 1 },
        status: 400,
      }),
  ],
  [
    0.5,
    () =>
      raw(
        'huge headers',
        `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Large: ${'y'.repeat(20_000)}\r\n\r\n`,
        'wait',
        { edge: { malformed_request: 1 }, status: 431 },
      ),
  ],
  [
    0.5,
    () =>
      raw(
        'bad chunks',
        `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
        'wait',
        { edge: { malformed_request: 1 }, status: 400 },
      ),
  ],
  [
    0.5,
    () =>
      raw('length too short', `${head(2)}[]garbage\r\n\r\n`, 'wait', {
        edge: { malformed_request: 1 },
        status: 400,
      }),
  ],
  [0.5, () => raw('length too long', `${head(500)}[{"type":`, 'leave', { edge: { aborted: 1 } })],
  [0.5, () => raw('half-closed', `${head(500)}[{"type":`, 'half-close', { edge: { aborted: 1 } })],
  [0.02, () => raw('slow', `${head(500)}[{"type":`, 'wait', { edge: { timed_out: 1 }, status: 408 })],
];

const total = KINDS.reduce((sum, [weight]) => sum + weight, 0);

export function drawRequest(random: Random): RequestSpecimen {
  let left = random() * total;
  for (const [weight, draw] of KINDS) {
    left -= weight;
    if (left < 0) return draw(random);
  }
  return good(random);
}
