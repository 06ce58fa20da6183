import { pathToFileURL } from 'node:url';
import { mkdir } from 'node:fs/promises';
import type { Clock, DeviceModel, Fault, Simulator } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { type MineFileOptions, MineFileWriter, type MineRecord } from './mine-files.js';

/** A point of the mine and the tag of its model. */
export interface MinePoint {
  readonly point: string;
  readonly tag: string;
  readonly decimals?: number;
}

export interface MineSimulatorOptions extends MineFileOptions {
  readonly points: readonly MinePoint[];
  readonly model: DeviceModel;
  readonly everyMs: number;
  readonly seed?: number;
  readonly clock?: Clock;
}

/**
 * A mine that writes its real-time file (AQSS) again and again. `dropped` leaves files out, `truncated` writes the first
 * part alone, `garbage` puts a damaged record among the others, `broken-sensor` says 断线, `dead` writes nothing.
 */
export class MineSimulator implements Simulator {
  readonly #options: MineSimulatorOptions;
  readonly #writer: MineFileWriter;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #faults: Fault[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: MineSimulatorOptions) {
    this.#options = options;
    this.#writer = new MineFileWriter(options);
    this.#random = new Random(options.seed ?? 1);
    this.#clock = options.clock ?? systemClock;
  }

  get address(): string {
    return pathToFileURL(this.#options.folder).href;
  }

  async start(): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true });
    this.#writing = this.#write();
  }

  inject(fault: Fault): void {
    this.#faults.push(fault);
  }

  heal(): void {
    this.#faults = [];
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { everyMs, model } = this.#options;
    while (!this.#ended.signal.aborted) {
      await this.#writeOne();
      await this.#clock.wait(everyMs, this.#ended.signal);
      model.advance(everyMs);
    }
  }

  async #writeOne(): Promise<void> {
    if (this.#faults.some(({ kind }) => kind === 'dead') || this.#befalls('dropped')) return;
    const file = { table: 'AQSS', records: this.#records() };
    const text = this.#writer.textOf(file);
    const name = this.#writer.nameOf(file);
    const damaged = this.#befalls('garbage') ? text.replace('|\r\n', '|\r\n520201001;?;~\r\n') : text;
    const whole = this.#befalls('truncated') ? damaged.slice(0, this.#random.whole(1, damaged.length - 4)) : damaged;
    await this.#writer.writeText(name, whole);
  }

  #records(): MineRecord[] {
    const at = this.#clock.utc();
    return this.#options.points.map(({ point, tag, decimals = 2 }) => {
      const isBroken = this.#faults.some((fault) => fault.kind === 'broken-sensor' && fault.tag === tag);
      const value = this.#options.model.values[tag] ?? 0;
      return isBroken
        ? { point, at, value: '', state: '断线' }
        : { point, at, value: typeof value === 'boolean' ? Number(value) : value.toFixed(decimals) };
    });
  }

  #befalls(kind: 'dropped' | 'truncated' | 'garbage'): boolean {
    return this.#faults.some((fault) => fault.kind === kind && this.#random.next() < fault.share);
  }
}
