import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** An HTTP peer that takes what an InfluxDB takes and remembers when it accepted each line. */
export interface Recorder {
  readonly url: string;
  /** Line → the times it was accepted, ms of `Date.now()`. */
  readonly accepted: ReadonlyMap<string, readonly number[]>;
  stop(): Promise<void>;
}

export async function startRecorder(): Promise<Recorder> {
  const accepted = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url?.startsWith('/write')) {
        const body = Buffer.concat(chunks);
        const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
        for (const line of text.split('\n')) {
          if (line === '') continue;
          const times = accepted.get(line);
          if (times) times.push(Date.now());
          else accepted.set(line, [Date.now()]);
        }
        response.writeHead(204).end();
      } else if (request.url?.startsWith('/ping')) {
        response.writeHead(204, { 'x-influxdb-version': '1.8.10' }).end();
      } else {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"results":[{}]}');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    stop: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
