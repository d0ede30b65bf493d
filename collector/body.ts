/** Bodies, read and decompressed within limits: of one request, and of all that are under way. */
import type { Readable } from 'node:stream';
import { gunzip } from 'node:zlib';
import { isGzip, textOfBody } from '../pipeline/core/dialects/body-text';
import type { EdgeReason } from '../pipeline/core/edge-reason';

/** As it comes, and decompressed. Clients send half a megabyte, in batches; posthog-node would halve a larger one. */
export const bodyBytesMax = 1024 * 1024;
/** Of all bodies that are under way: a slow sender holds what he has sent. */
const allBytesMax = 64 * 1024 * 1024;

/** A body that was not taken. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(readonly reason: EdgeReason) {
    super(reason);
  }
}

export class BodyMemory {
  private bytes = 0;

  hasRoom(): boolean {
    return this.bytes < allBytesMax;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.bytes;
  }

  /**
   * Rejects with BodyError. Whoever gets a body releases it when the request is over; of one that was not taken nothing is held, and
   * what still comes of it is thrown away.
   */
  read(stream: Readable, saysBytes: number | undefined): Promise<Buffer> {
    if (saysBytes !== undefined && saysBytes > bodyBytesMax)
      return Promise.reject(new BodyError('too_large'));
    let held = 0;
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      const refuse = (reason: EdgeReason): void => {
        stream.off('data', take).off('end', finish).off('close', leave);
        // Its error has been told with this.
        stream.on('error', () => {}).resume();
        this.bytes -= held;
        reject(new BodyError(reason));
      };
      const take = (chunk: Buffer): void => {
        held += chunk.length;
        this.bytes += chunk.length;
        if (held > bodyBytesMax) refuse('too_large');
        else if (!this.hasRoom()) refuse('overloaded');
        else chunks.push(chunk);
      };
      const finish = (): void => {
        stream.off('close', leave);
        resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      };
      const leave = (): void => refuse('aborted');
      stream
        .on('data', take)
        .once('end', finish)
        .once('close', leave)
        .on('error', () => {});
    });
  }

  release(body: Uint8Array): void {
    this.bytes -= body.length;
  }
}

/** Rejects with BodyError. */
export async function textOf(body: Buffer, contentEncoding: string | undefined): Promise<string> {
  const isPlain = contentEncoding === undefined || /^\s*(?:identity|gzip|x-gzip)?\s*$/i.test(contentEncoding);
  if (!isPlain) throw new BodyError('bad_encoding');
  const plain = isGzip(body, contentEncoding) ? await unzipped(body) : body;
  const text = textOfBody(plain);
  if (text === undefined) throw new BodyError('bad_encoding');
  return text;
}

/** Stops at the limit: a bomb costs what a body may. */
function unzipped(body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: bodyBytesMax }, (error, plain) => {
      if (error === null) resolve(plain);
      else
        reject(
          new BodyError(
            (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'bad_encoding',
          ),
        );
    });
  });
}
