import { connectAsync, type MqttClient } from 'mqtt';
import { get } from 'sparkplug-payload';

type Codec = NonNullable<ReturnType<typeof get>>;
export type TahuPayload = Parameters<Codec['encodePayload']>[0];
export type TahuMetric = NonNullable<TahuPayload['metrics']>[number];

const codec = get('spBv1.0') as Codec;

export const encodeTahu = (payload: TahuPayload): Buffer => Buffer.from(codec.encodePayload(payload));
export const decodeTahu = (bytes: Buffer): TahuPayload => codec.decodePayload(bytes);

/** An edge node made of Eclipse Tahu's own codec and a plain client: it says what it is told to, with its numbering. */
export class TahuNode {
  readonly #client: MqttClient;
  readonly #group: string;
  readonly #node: string;
  seq = 0;
  rebirths = 0;
  onRebirth: () => Promise<void> = () => Promise.resolve();

  private constructor(client: MqttClient, group: string, node: string) {
    this.#client = client;
    this.#group = group;
    this.#node = node;
  }

  static async open(port: number, group: string, node: string, bdSeq = 0): Promise<TahuNode> {
    const payload = encodeTahu({ timestamp: 1, metrics: [{ name: 'bdSeq', type: 'UInt64', value: bdSeq }] });
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      reconnectPeriod: 0,
      will: { topic: `spBv1.0/${group}/NDEATH/${node}`, payload, qos: 1, retain: false },
    });
    const one = new TahuNode(client, group, node);
    client.on('error', () => undefined);
    client.on('message', (_topic, message) => {
      const { metrics } = decodeTahu(message);
      if (!metrics?.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true)) return;
      one.rebirths += 1;
      void one.onRebirth();
    });
    await client.subscribeAsync(`spBv1.0/${group}/NCMD/${node}`, { qos: 1 });
    return one;
  }

  /** Says one message with the next number. */
  async say(kind: string, metrics: readonly TahuMetric[], device?: string, timestamp = 1000): Promise<void> {
    if (kind === 'NBIRTH') this.seq = 0;
    const payload = { timestamp, seq: this.seq, metrics: [...metrics] };
    this.seq = (this.seq + 1) % 256;
    await this.publish(kind, encodeTahu(payload), device);
  }

  /** One that is retained has reached the broker when this resolves. */
  async publish(kind: string, payload: Buffer, device?: string, retain = false): Promise<void> {
    const topic = ['spBv1.0', this.#group, kind, this.#node, ...(device === undefined ? [] : [device])].join('/');
    await this.#client.publishAsync(topic, payload, { qos: retain ? 1 : 0, retain });
  }

  /** A message is lost on its way. */
  skip(): void {
    this.seq = (this.seq + 1) % 256;
  }

  async birth(metrics: readonly TahuMetric[], bdSeq = 0): Promise<void> {
    await this.say('NBIRTH', [{ name: 'bdSeq', type: 'UInt64', value: bdSeq }, ...metrics]);
  }

  /** The power fails: the broker says its death. */
  async crash(): Promise<void> {
    this.#client.stream.destroy();
    await this.#client.endAsync(true);
  }

  async stop(): Promise<void> {
    await this.#client.endAsync();
  }
}
