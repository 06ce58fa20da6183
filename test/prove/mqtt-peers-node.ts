import { TahuNode, type TahuMetric } from '../drivers/mqtt/tahu-node.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const group = 'Prove';
const device = 'D';
/** A value tells its metric and its step: `metric × place + step`. */
const place = 1_000_000;

export const metricOf = (value: number): number => Math.floor(value / place);

export interface PeerNodeOptions {
  readonly port: number;
  readonly name: string;
  readonly metrics: number;
  readonly random: () => number;
}

/** An edge node of Tahu's codec whose aliases are others at each birth, and whose messages get lost. */
export class PeerNode {
  readonly name: string;
  readonly #node: TahuNode;
  readonly #metrics: number;
  readonly #random: () => number;
  #aliases: readonly number[] = [];
  #steps: number[];
  #isBirthWanted = true;
  #isDone = false;
  #wake: () => void = () => undefined;
  #answering: Promise<void> = Promise.resolve();
  /** Values that left, in births and data; messages that were lost on their way, and how many runs of them. */
  readonly told = { births: 0, values: 0, lost: 0, gaps: 0 };

  private constructor(node: TahuNode, { name, metrics, random }: PeerNodeOptions) {
    this.#node = node;
    this.name = name;
    this.#metrics = metrics;
    this.#random = random;
    this.#steps = Array.from({ length: metrics }, () => 0);
    node.onRebirth = () => {
      this.#isBirthWanted = true;
      this.#wake();
      return Promise.resolve();
    };
  }

  static async open(options: PeerNodeOptions): Promise<PeerNode> {
    return new PeerNode(await TahuNode.open(options.port, group, options.name), options);
  }

  /** The driver's half of its device. */
  get settings(): Readonly<Record<string, string>> {
    return { group, node: this.name, device };
  }

  get rebirths(): number {
    return this.#node.rebirths;
  }

  /** The value each metric was last given. */
  get values(): readonly number[] {
    return this.#steps.map((step, metric) => metric * place + step);
  }

  /** Says one message a step, some of which are lost; then everything once more. Answers until `crash`. */
  async run(steps: number, lossShare: number): Promise<void> {
    let isLosing = false;
    for (let step = 1; step <= steps; step += 1) {
      if (this.#isBirthWanted) await this.#birth();
      const metric = Math.floor(this.#random() * this.#metrics);
      this.#steps = this.#steps.with(metric, step);
      const wasLosing = isLosing;
      isLosing = this.#random() < lossShare;
      if (isLosing) {
        this.told.gaps += wasLosing ? 0 : 1;
        this.told.lost += 1;
        this.#node.skip();
      } else await this.#data([metric]);
      // The commands that came are read before the next step.
      await nextTurn();
    }
    await this.#data(this.#steps.map((_, metric) => metric));
    this.#answering = this.#answer();
  }

  /** The power fails. */
  async crash(): Promise<void> {
    this.#isDone = true;
    this.#wake();
    await this.#answering;
    await this.#node.crash();
  }

  async #answer(): Promise<void> {
    while (!this.#isDone) {
      if (this.#isBirthWanted) await this.#birth();
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async #birth(): Promise<void> {
    this.#isBirthWanted = false;
    const keyed = this.#steps.map((_, metric) => [this.#random(), metric] as const);
    const order = keyed.toSorted(([a], [b]) => a - b).map(([, metric]) => metric);
    this.#aliases = this.#steps.map((_, metric) => order.indexOf(metric));
    this.told.births += 1;
    await this.#node.birth([]);
    const metrics = this.#steps.map((_, metric) => ({ ...this.#metric(metric), name: `m${metric}` }));
    this.told.values += metrics.length;
    await this.#node.say('DBIRTH', metrics, device);
  }

  async #data(metrics: readonly number[]): Promise<void> {
    this.told.values += metrics.length;
    await this.#node.say(
      'DDATA',
      metrics.map((metric) => this.#metric(metric)),
      device,
    );
  }

  #metric(metric: number): TahuMetric {
    return {
      alias: this.#aliases[metric] as number,
      type: 'Double',
      value: this.values[metric] as number,
      timestamp: 1,
    };
  }
}
