import type { Connection } from '../connection.js';
import type { Namespaces } from '../find-nodes.js';
import type { Opcua } from '../library.js';
import type { Subscriptions } from '../subscriptions.js';

/** What alarms are listened to, asked for and acknowledged by, as long as one session lasts. */
export interface AlarmSession {
  readonly opcua: Opcua;
  readonly connection: Connection;
  readonly namespaces: Namespaces;
  readonly subscriptions: Subscriptions;
}
