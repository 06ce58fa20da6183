import type { Clock } from '../../contract/index.js';
import type { Cli } from '../cli.js';
import { type GatewayClient, NotRunning } from '../gateway-client.js';
import { type EventMessage, EventMessages } from './event-messages.js';

/** A gateway says something each 15 s; after so long a silence the connection is taken for lost. */
const silenceMs = 45_000;
const retryMs = 2000;

export interface Watching {
  readonly cli: Cli;
  readonly client: GatewayClient;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: EventMessage) => void;
}

/**
 * Follows the gateway's stream until `signal`. A lost connection is told once and taken up again where it was left, so
 * that nothing is left out. Throws what the gateway refuses with, and `NotRunning` when none was there to begin with.
 */
export async function watch({ cli, client, clock, signal, onMessage }: Watching): Promise<void> {
  let lastId = '';
  let isLost = false;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      for await (const message of messagesOf(client, clock, lastId, signal)) {
        if (isLost) cli.tell(cli.m.alarms.connectedAgain());
        isLost = false;
        lastId = message.id;
        if (message.data !== '') onMessage(message);
      }
    } catch (error) {
      if (!(error instanceof NotRunning) || attempt === 0) throw error;
    }
    if (signal.aborted) return;
    if (!isLost) cli.tell(cli.m.alarms.connectionLost());
    isLost = true;
    await clock.wait(retryMs, signal);
  }
}

/** One connection; ends with it. */
async function* messagesOf(
  client: GatewayClient,
  clock: Clock,
  lastId: string,
  signal: AbortSignal,
): AsyncGenerator<EventMessage> {
  const connection = new AbortController();
  const cut = (): void => connection.abort();
  signal.addEventListener('abort', cut);
  if (signal.aborted) cut();
  try {
    const headers = lastId === '' ? {} : { 'last-event-id': lastId };
    const body = await client.open('/api/stream', headers, connection.signal);
    const messages = new EventMessages(lastId);
    for await (const piece of pieces(body, clock, connection.signal)) yield* messages.take(piece);
  } finally {
    signal.removeEventListener('abort', cut);
    cut();
  }
}

/** Text as it comes; ends when the connection does, or says nothing for too long. */
async function* pieces(body: ReadableStream<Uint8Array>, clock: Clock, signal: AbortSignal): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const lost = { done: true, value: undefined } as const;
  while (!signal.aborted) {
    const waiting = new AbortController();
    const silence = clock.wait(silenceMs, waiting.signal).then(() => lost);
    const { done, value } = await Promise.race([reader.read().catch(() => lost), silence]);
    waiting.abort();
    if (done) return;
    yield value;
  }
}
