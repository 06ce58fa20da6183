/** Data a station keeps, by the command that carries it. */
export type KeptKind = '2051' | '2061' | '2031';

/** ms each record stands for. */
export const keptPeriodMs: Readonly<Record<KeptKind, number>> = {
  '2051': 600_000,
  '2061': 3_600_000,
  '2031': 86_400_000,
};

/** Fields by code: `{ a21001: { Avg: '18.4', Flag: 'N' } }`. */
export type Measured = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface KeptRecord {
  /** ms UTC by the station's clock. */
  readonly time: number;
  readonly measured: Measured;
}

const recordsMax = 10_000;

/** What a station has kept on its disk. */
export class StationMemory {
  readonly #records = new Map<KeptKind, KeptRecord[]>();

  keep(kind: KeptKind, record: KeptRecord): void {
    const records = this.#records.get(kind) ?? [];
    records.push(record);
    if (records.length > recordsMax) records.shift();
    this.#records.set(kind, records);
  }

  between(kind: KeptKind, from: number, to: number): readonly KeptRecord[] {
    return (this.#records.get(kind) ?? []).filter(({ time }) => time >= from && time <= to);
  }
}

export const isKept = (command: string): command is KeptKind => command in keptPeriodMs;
