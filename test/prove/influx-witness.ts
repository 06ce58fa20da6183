import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One line that InfluxDB has stored. */
export interface StoredLine {
  readonly device: string;
  readonly sequence: number;
  /** ms UTC as labelled. */
  readonly time: number;
  readonly fields: readonly (readonly [name: string, value: number])[];
}

/** Stands between the gateway and a real InfluxDB; can be cut, and tells each line that InfluxDB has taken. */
export interface InfluxWitness {
  readonly url: string;
  cut(): void;
  heal(): void;
  stop(): Promise<void>;
}

/** A line of frames with numbers alone; undefined for one of the alarms lane. */
export function readLine(line: string): StoredLine | undefined {
  const space = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  const device = /,device=([^,]+)/.exec(line.slice(0, space))?.[1];
  if (device === undefined || !line.startsWith(' sequence=', space)) return undefined;
  let sequence = 0;
  const fields: (readonly [string, number])[] = [];
  for (const field of line.slice(space + 1, last).split(',')) {
    const equals = field.indexOf('=');
    const name = field.slice(0, equals);
    if (name === 'sequence') sequence = Number.parseInt(field.slice(equals + 1), 10);
    else if (!name.endsWith('_quality')) fields.push([name, Number(field.slice(equals + 1))]);
  }
  return { device, sequence, time: Number(line.slice(last + 1, -6)), fields };
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export async function startInfluxWitness(
  influx: string,
  onLines: (lines: readonly StoredLine[]) => void,
): Promise<InfluxWitness> {
  let isCut = false;
  const agent = new Agent({ keepAlive: true });
  const pass = async (near: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await bodyOf(near);
    const { hostname, port } = new URL(influx);
    const { method, url, headers } = near;
    const far = request({ hostname, port, method, path: url, headers, agent });
    const said = new Promise<IncomingMessage>((resolve, reject) => far.once('response', resolve).once('error', reject));
    far.end(body);
    const response = await said;
    const text = await bodyOf(response);
    if (isCut) {
      answer.destroy();
      return;
    }
    if (url?.startsWith('/write') && response.statusCode === 204) {
      const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      onLines(
        plain
          .toString('utf8')
          .split('\n')
          .flatMap((line) => (line === '' ? [] : (readLine(line) ?? []))),
      );
    }
    answer.writeHead(response.statusCode ?? 502, response.headers).end(text);
  };
  const server = createServer((near, answer) => {
    if (isCut) near.socket.destroy();
    else pass(near, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      server.closeAllConnections();
    },
    heal: () => {
      isCut = false;
    },
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
