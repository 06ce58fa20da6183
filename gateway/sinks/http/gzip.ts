import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);

export interface Encoded {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request body as it goes over the wire: gzip of the given level, off the main thread; 0 leaves it plain. */
export async function encodeBody(plain: Uint8Array, level: number): Promise<Encoded> {
  if (level === 0) return { body: plain, headers: {} };
  return { body: await gzipAsync(plain, { level }), headers: { 'content-encoding': 'gzip' } };
}
