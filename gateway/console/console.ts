import type { AddressInfo } from 'node:net';
import { urlHost } from './loopback.js';
import type { ConsoleActs, ConsoleOptions, ConsoleView } from './parts.js';
import { listenError } from './port-taken.js';
import { consoleRoutes } from './routes.js';
import { consoleServer } from './server.js';

export interface Console {
  /** Where it answers, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Serves page and interface of a running gateway. Throws `PortTaken` when another process listens there. */
export async function createConsole(view: ConsoleView, acts: ConsoleActs, options: ConsoleOptions): Promise<Console> {
  const { host, port } = options;
  const server = consoleServer(consoleRoutes({ view, acts, options }), options);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw listenError(error, host, port);
  }
  const { port: actualPort } = server.server.address() as AddressInfo;
  return {
    url: `http://${urlHost(host)}:${actualPort}`,
    close: () => server.close(),
  };
}
