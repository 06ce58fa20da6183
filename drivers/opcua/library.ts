import type {
  ClientSession,
  ClientSessionPublishService,
  ClientSessionRawSubscriptionService,
} from 'node-opcua-client';

/** The protocol library. It takes 60 MB and half a second, so it is loaded when a link needs it. */
export type Opcua = typeof import('node-opcua-client');

/** A session with the raw services of subscriptions: this driver keeps its own publish loop, on its own clock. */
export type OpcuaSession = ClientSession & ClientSessionRawSubscriptionService & ClientSessionPublishService;

/** Loads the library and keeps it from printing: what matters reaches the log as an error of the link. */
export async function loadOpcua(): Promise<Opcua> {
  process.env['NODEOPCUA_LOG_LEVEL'] ??= '0';
  return import('node-opcua-client');
}
