import type { AlarmDisplay } from '../../contract/index.js';
import type { Request } from '../../runtime/index.js';
import type { Cli } from '../cli.js';
import { Failure } from '../failure.js';
import type { GatewayClient } from '../gateway-client.js';

/** An act that waits for a second person, as the gateway tells of it. */
export type WaitingRequest = Omit<Request, 'lapses'> & { readonly leftMs: number };

/** What came of an act. */
export type Acted =
  | { readonly outcome: 'done'; readonly key: string; readonly state: AlarmDisplay }
  | { readonly outcome: 'waits'; readonly request: WaitingRequest };

/** The one request that waits under an id or its beginning; ends the command when there is none, or several. */
export async function requestOf(cli: Cli, client: GatewayClient, part: string): Promise<WaitingRequest> {
  const waiting = await client.get<readonly WaitingRequest[]>('/api/alarms/requests');
  const [request, ...others] = waiting.filter(({ id }) => id.startsWith(part));
  if (!request) throw new Failure(cli.m.alarms.noRequest({ part }));
  if (others.length > 0) throw new Failure(cli.m.alarms.manyRequests({ part }), 'wrong');
  return request;
}
