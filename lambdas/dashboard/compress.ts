/** Answers go out with gzip where the client takes it: a snapshot is JSON of mostly names, a fifth of its size when compressed. */
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyResult } from 'aws-lambda';

/** Below this a packet carries it either way. */
const compressedBytesMin = 1_024;
/** The page's own files are compressed once, as well as can be; answers each time, as fast as can be. */
const levels = { file: 9, answer: 1 } as const;

/** Files by tag; there are a handful, and they never change while the program runs. */
const compressedFiles = new Map<string, string>();

/** RFC 9110, 12.5.3: `gzip` or `*`, unless its weight is 0. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '').split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return (coding === 'gzip' || coding === '*') && !isRefused;
  });
}

function compressBody(body: string, fileTag: string | undefined): string {
  const known = fileTag === undefined ? undefined : compressedFiles.get(fileTag);
  if (known !== undefined) return known;
  const level = fileTag === undefined ? levels.answer : levels.file;
  const compressed = gzipSync(body, { level }).toString('base64');
  if (fileTag !== undefined) compressedFiles.set(fileTag, compressed);
  return compressed;
}

/** `fileTag`: entity tag of a file of the page; undefined for an answer of the API. */
export function compressFor(
  isAccepted: boolean,
  result: APIGatewayProxyResult,
  fileTag?: string,
): APIGatewayProxyResult {
  if (Buffer.byteLength(result.body) < compressedBytesMin) return result;
  const headers = { ...result.headers, Vary: 'Accept-Encoding' };
  if (!isAccepted) return { ...result, headers };
  return {
    ...result,
    headers: { ...headers, 'Content-Encoding': 'gzip' },
    body: compressBody(result.body, fileTag),
    isBase64Encoded: true,
  };
}
