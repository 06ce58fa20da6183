import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** One tag of a unit: where it lies, as what, and what python packed; exactly one of the last four. */
export interface PackedTag {
  /** As a site file has it: `holding 12`. */
  readonly register: string;
  readonly registers: number;
  readonly type: string;
  readonly order: 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';
  readonly bit?: number;
  readonly byte?: 'high' | 'low';
  readonly length?: number;
  readonly encoding?: string;
  /** A float as it lies in the registers, by python's own unpacking; `none` where it is no number. */
  readonly number?: string;
  /** The float that was packed, before it was rounded to its type. */
  readonly meant?: string;
  readonly integer?: string;
  readonly boolean?: boolean;
  readonly text?: string;
}

/** Units of pymodbus; unit n + 1 has map n. */
export interface PackedField {
  readonly port: number;
  readonly maps: readonly (readonly PackedTag[])[];
  stop(): Promise<void>;
}

/** Debian's own python has pymodbus; the checkout, where npm runs, has the program. */
export async function startPackedField(seed: number, units: number, tagsMax: number): Promise<PackedField> {
  const program = resolve('test/prove/types-field.py');
  const python = spawn('/usr/bin/python3', [program, String(seed), String(units), String(tagsMax)]);
  let complaint = '';
  python.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const said = await Promise.race([
    once(createInterface({ input: python.stdout }), 'line') as Promise<string[]>,
    once(python, 'close').then((): string[] => []),
  ]);
  if (said[0] === undefined) throw new Error(`the pymodbus server did not start: ${complaint}`);
  const { port, maps } = JSON.parse(said[0]) as Pick<PackedField, 'port' | 'maps'>;
  return {
    port,
    maps,
    stop: async () => {
      const closed = once(python, 'close');
      python.kill();
      await closed;
    },
  };
}
