import type { Client, PublishPacket } from 'aedes';
import type { Log, LogFields } from '../contract/index.js';
import type { Entrance } from './broker-access.js';
import { DevicePass, retainedMax } from './broker-devices.js';

/** Refusals told in one run. */
const refusalsToldMax = 100;

/** Who sits behind each connection of the broker, and what they may do there. */
export class Seats {
  readonly #entrances = new WeakMap<Client, Entrance>();
  /** Connections of the gateway and of devices, by the id each has. */
  readonly #known = new Map<string, Client>();
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  take(client: Client, entrance: Entrance): void {
    this.#entrances.set(client, entrance);
    if (entrance !== 'subscriber') this.#known.set(client.id, client);
  }

  leave(client: Client): void {
    if (this.#known.get(client.id) === client) this.#known.delete(client.id);
  }

  of(client: Client | null): Entrance {
    return (client && this.#entrances.get(client)) || 'refused';
  }

  /** A second client of one id closes the first: what the gateway or a device is called nobody else may be. */
  isTakenByOther(id: string, entrance: Entrance): boolean {
    const holder = this.#known.get(id);
    return holder !== undefined && this.of(holder) !== entrance;
  }

  /** A client that is dropped for what it does is told once, for whoever looks after it: it comes back and does it again. */
  dropped(client: Client, address: string, why: string): void {
    const who = this.of(client);
    const name = who instanceof DevicePass ? who.name : who === 'refused' ? 'not signed in' : who;
    this.#tell(`${name} ${address} ${why}`, { client: name, address, why }, 'MQTT client dropped');
  }

  /** As many clients as there may be: further ones are turned away. */
  full(clientsMax: number): void {
    this.#tell('full', { clients: clientsMax }, 'MQTT broker is full: further clients are turned away');
  }

  /** A device that says or asks for what it may not is told once a topic, for whoever set it up. */
  #refused(device: string, topic: string, what: string): void {
    this.#tell(`${device} ${what} ${topic}`, { device, topic }, what);
  }

  #tell(key: string, fields: LogFields, what: string): void {
    if (this.#told.size >= refusalsToldMax || this.#told.has(key)) return;
    this.#told.add(key);
    this.#log.warn(fields, what);
  }

  /** Undefined: it may. A device keeps no more retained messages than it is allowed; what is beyond goes out unretained. */
  refusalToPublish(client: Client | null, packet: PublishPacket): string | undefined {
    const who = this.of(client);
    if (who === 'gateway') return undefined;
    if (!(who instanceof DevicePass)) return 'only the gateway and devices publish here';
    const { topic, payload } = packet;
    if (!who.mayPublish(topic)) {
      this.#refused(
        who.name,
        topic,
        'MQTT device may not publish there: add the topic to its `publish` in the site file',
      );
      return 'not among the topics of this device';
    }
    if (packet.retain && !who.mayRetain(topic, payload.length)) {
      packet.retain = false;
      this.#refused(
        who.name,
        '',
        `MQTT device has more than ${retainedMax} retained messages, or 4 MiB of them: further ones are not kept`,
      );
    }
    return undefined;
  }

  maySubscribe(client: Client, filter: string): boolean {
    const who = this.of(client);
    if (who === 'refused' || filter.startsWith('$')) return false;
    if (!(who instanceof DevicePass) || who.maySubscribe(filter)) return true;
    this.#refused(
      who.name,
      filter,
      'MQTT device may not listen there: add the topic to its `subscribe` in the site file',
    );
    return false;
  }
}
