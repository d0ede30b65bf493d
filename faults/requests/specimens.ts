/** Draws requests: good ones, and what goes wrong with each part of one, so that nearly all of it is right and gets far. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { Random } from '../../producer/simulator/random';
import { HOSTILE_TEXTS } from '../poison/hostile-texts';
import { site } from '../stage';
import { batch, head, http, key, path, pick, raw, refused, text } from './makers';
import type { RequestSpecimen } from './specimen';

type Draw = (random: Random) => RequestSpecimen;

const nestingDepth = 20_000;
const bombBytes = 8 * 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(bombBytes, 0x20));
const tooLarge = Buffer.alloc(1024 * 1024 + 1, 0x20);

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

const uncountable = ['{"amount":"7","currency":"XYZ"}', '{"amount":-1,"currency":"EUR"}', '"a lot"', '[]'];

/** Money that cannot be counted: the event is written without it. */
const badRevenue: Draw = (random) =>
  http(
    'bad revenue',
    `{"type":"track","event":${JSON.stringify(text(random))},"properties":{"revenue":${pick(random, uncountable)}}}`,
    { events: 1, edge: { revenue_left_out: 1 } },
  );

/** Calls that mean no event between such that do. */
const segment: Draw = (random) => {
  const calls = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
    pick(random, ['track', 'page', 'screen', 'identify', 'group', 'alias']),
  );
  const unsupported = calls.filter((type) => ['identify', 'group', 'alias'].includes(type)).length;
  const batch = calls.map((type) => ({
    type,
    event: text(random),
    name: text(random),
    userId: text(random),
    properties: { url: 'https://demo.example/', [text(random)]: text(random) },
    context: { campaign: { name: text(random) }, library: { name: text(random) } },
  }));
  return http('segment', JSON.stringify({ writeKey: site, batch }), {
    path: pick(random, ['/v1/batch', '/v1/b', '/batch', '/v1/import']),
    headers: {},
    events: calls.length - unsupported,
    edge: unsupported === 0 ? {} : { unsupported },
  });
};

const umami: Draw = (random) => {
  const name = random() < 0.5 ? undefined : text(random);
  const payload = { website: site, hostname: 'demo.example', url: '/', title: text(random), name };
  return http(
    'umami',
    JSON.stringify({ type: 'event', payload: { ...payload, data: { [text(random)]: 1 } } }),
    {
      path: '/api/send',
      headers: { 'x-umami-cache': encodeURIComponent(text(random).toWellFormed()) },
      events: 1,
    },
  );
};

/** Texts that a page could take for its own, as the names of the newest events. */
export const MARKUP_TEXTS: readonly string[] = HOSTILE_TEXTS.filter((each) => each.includes('<'));
const shownEach = 8;

export function markupRequest(): RequestSpecimen {
  const names = MARKUP_TEXTS.flatMap((each) => Array.from({ length: shownEach }, () => each));
  const events = names.map((name) => ({
    type: 'track',
    event: name,
    properties: { props: { [name]: name } },
  }));
  return http('markup', JSON.stringify(events), { events: events.length });
}

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
  [8, segment],
  [5, umami],
  [3, badRevenue],
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
