import { z } from 'zod';
import { type NodeName, type Place, standardNamespace } from './place.js';
import { nodeField, pathField } from './place-fields.js';
import { type Watching, watchingFields } from './tag-schema.js';

/** A device within the server: where its nodes are, and how they are read. */
export interface DeviceSettings extends Watching {
  /** Of every node and path that names none. */
  readonly namespace: string;
  /** Where the paths of its tags begin. */
  readonly place: Place;
  readonly read: 'subscribed' | 'polled';
  /** Alarms and events are told as records; those that tags name are watched without it too. */
  readonly alarms: boolean;
  /** The object whose events are the alarms of this device; undefined: the whole server. */
  readonly notifier: NodeName | undefined;
}

/** The object Server, which notifies of every event of the server (OPC 10000-5 §8.3.2). */
export const serverObject: NodeName = { namespace: standardNamespace, id: 'i=2253' };

export const deviceSchema = z
  .strictObject({
    namespace: z
      .string()
      .min(1)
      .default(standardNamespace)
      .describe('Namespace URI of the nodes and paths that name none; that of OPC UA itself'),
    node: nodeField().optional().describe('Node at which the paths of the tags begin; the Objects folder'),
    path: pathField().optional().describe('Browse path to where the paths of the tags begin'),
    read: z
      .enum(['subscribed', 'polled'])
      .default('subscribed')
      .describe('`polled` for a server that cannot subscribe: each group is read at its interval'),
    alarms: z
      .boolean()
      .default(false)
      .describe("The server's alarms and events become records of this device; a tag with `alarm` does not need it"),
    notifier: nodeField().optional().describe('Object whose alarms and events are taken; the whole server'),
    ...watchingFields,
  })
  .transform(
    ({ node, path, ...rest }): DeviceSettings => ({
      namespace: rest.namespace,
      place: { start: node, path: path ?? [] },
      read: rest.read,
      alarms: rest.alarms,
      notifier: rest.notifier,
      sampling: rest.sampling,
      queue: rest.queue,
      deadband: rest.deadband,
    }),
  );
