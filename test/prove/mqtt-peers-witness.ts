import { hasValue, isGood, type Reading, type Told } from '../../gateway/contract/index.js';

/** What a host would know of one device. */
interface Known {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}

/** A host that judges each value as it is told and keeps the newest of each tag alone. */
export class Witness implements Told {
  readonly counts = { readings: 0, values: 0, unsure: 0, wrong: 0 };
  readonly #isRight: (device: string, slot: number, value: number) => boolean;
  readonly #known = new Map<string, Known>();
  #holds: () => boolean = () => false;
  #wake: () => void = () => undefined;

  constructor(isRight: (device: string, slot: number, value: number) => boolean) {
    this.#isRight = isRight;
  }

  reading({ table, values, quality }: Reading): void {
    const count = table.tags.length;
    const known = this.#known.get(table.device) ?? {
      values: new Float64Array(count).fill(Number.NaN),
      quality: new Uint8Array(count),
    };
    this.#known.set(table.device, known);
    this.counts.readings += 1;
    for (const [slot, code] of quality.entries()) {
      if (code === 0) continue;
      known.values[slot] = values[slot] as number;
      known.quality[slot] = code;
      if (!hasValue(code)) continue;
      this.counts.values += 1;
      if (!isGood(code)) this.counts.unsure += 1;
      if (!this.#isRight(table.device, slot, values[slot] as number)) this.counts.wrong += 1;
    }
    if (this.#holds()) this.#wake();
  }

  happened(): void {}

  kept(): Promise<void> {
    return Promise.resolve();
  }

  lost(error: Error): void {
    throw error;
  }

  /** Whether each tag of a device was last told like this. */
  stands(device: string, isSo: (value: number, quality: number, slot: number) => boolean): boolean {
    const known = this.#known.get(device);
    return known !== undefined && known.values.every((value, slot) => isSo(value, known.quality[slot] as number, slot));
  }

  /** Resolves when it holds, looked at with each reading. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#holds = holds;
      this.#wake = resolve;
      if (holds()) resolve();
    });
  }
}
