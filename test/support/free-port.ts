import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A TCP port nobody listens on just now, for a program that cannot be told to choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The first of `count` TCP ports in a row nobody listens on just now, below those the system gives away itself. */
export async function freePorts(count: number): Promise<number> {
  for (let first = 20_000; first < 32_000; first += count) {
    const servers = Array.from({ length: count }, (_, n) => createServer().listen(first + n, '127.0.0.1'));
    const listening = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
    await Promise.allSettled(
      servers.filter((_, n) => listening[n]?.status === 'fulfilled').map((server) => once(server.close(), 'close')),
    );
    if (listening.every(({ status }) => status === 'fulfilled')) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}
