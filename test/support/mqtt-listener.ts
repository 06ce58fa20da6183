import { connectAsync } from 'mqtt';

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** A plain MQTT client that hears everything below a topic. */
export interface MqttListener {
  readonly heard: readonly Heard[];
  /** Resolves with the first message, heard already or to come, that fits. */
  until(fits: (message: Heard) => boolean): Promise<Heard>;
  publish(topic: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

export async function listenMqtt(
  port: number,
  topic: string,
  login: { username?: string; password?: string } = {},
): Promise<MqttListener> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...login });
  const heard: Heard[] = [];
  const waiting = new Set<(message: Heard) => void>();
  client.on('message', (name, payload, { retain }) => {
    const message = { topic: name, text: payload.toString(), retain };
    heard.push(message);
    for (const tell of waiting) tell(message);
  });
  client.on('error', () => undefined);
  await client.subscribeAsync(topic, { qos: 1 });
  return {
    heard,
    until: (fits) =>
      new Promise((resolve) => {
        const known = heard.find(fits);
        if (known) return resolve(known);
        const tell = (message: Heard) => {
          if (!fits(message)) return;
          waiting.delete(tell);
          resolve(message);
        };
        waiting.add(tell);
      }),
    publish: async (name, text) => {
      await client.publishAsync(name, text, { qos: 1 });
    },
    stop: async () => {
      await client.endAsync(true);
    },
  };
}
