import type { IClientOptions, MqttClient } from 'mqtt';
import type { Message } from './messages.js';

/** The broker answered, and refused this one message for good. */
export class Refused extends Error {}

/** MQTT 5 §3.4.2.1: reasons that will be the same next time. Others are states of the broker that pass. */
const lastingReasons: ReadonlySet<number> = new Set([
  0x87, // not authorized
  0x90, // topic name invalid
  0x95, // packet too large
  0x99, // payload format invalid
]);

/** Messages without their acknowledgement, at most; half for each lane. */
const inFlightMax = 100;

/**
 * One connection to a broker, from CONNECT to its end; the client library's own queue and reconnecting are not used,
 * since what it holds in memory is lost with us. Once ended, every publication that waits rejects.
 */
export class Session {
  /** Publications a lane may have without their acknowledgement: no more than the broker takes (Receive Maximum). */
  readonly window: number;
  readonly #client: MqttClient;
  #ended: Error | undefined;

  private constructor(client: MqttClient, receiveMaximum: number) {
    this.#client = client;
    this.window = Math.max(1, Math.floor(Math.min(inFlightMax, receiveMaximum) / 2));
    client.on('error', (error) => this.end(error));
    client.on('close', () => this.end(new Error('the connection is lost')));
  }

  /** Resolves when the broker has accepted the connection. */
  static async open(url: string, options: IClientOptions, signal: AbortSignal): Promise<Session> {
    const { connect } = await import('mqtt');
    signal.throwIfAborted();
    const client = connect(url, { ...options, clean: true, reconnectPeriod: 0, queueQoSZero: false });
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        signal.removeEventListener('abort', stop);
        client.removeAllListeners('connect');
        client.on('error', () => undefined);
        client.end(true);
        reject(error);
      };
      const stop = () => fail(signal.reason as Error);
      const lost = () => fail(new Error('the broker closed the connection'));
      signal.addEventListener('abort', stop, { once: true });
      client.once('error', fail);
      client.once('close', lost);
      client.once('connect', ({ properties }) => {
        signal.removeEventListener('abort', stop);
        client.off('error', fail);
        client.off('close', lost);
        resolve(new Session(client, properties?.receiveMaximum ?? inFlightMax));
      });
    });
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Resolves at PUBACK. Rejects with `Refused`, or with why the session ended. */
  publish({ topic, payload, retain }: Message): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
        if (!error) resolve();
        else if ('code' in error && lastingReasons.has(error.code as number)) reject(new Refused(error.message));
        else reject(this.#ended ?? error);
      });
    });
  }

  /** Drops the connection; the broker then publishes the last will. */
  end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#client.end(true);
  }
}
