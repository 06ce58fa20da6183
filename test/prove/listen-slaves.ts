import { ModbusSimulator, type UnitSpec } from '../../firmware-sim/index.js';

export const units = [1, 2, 3, 4, 5, 6] as const;

/** What the master reads of each unit, by the name of the group: how many values, where, and how mbpoll is told. */
export const blocks = {
  words: {
    count: 8,
    register: (n: number) => `holding ${n}`,
    type: 'uint16',
    mbpoll: ['-t', '4', '-r', '0', '-c', '8'],
  },
  floats: {
    count: 4,
    register: (n: number) => `input ${100 + n * 2}`,
    type: 'float32',
    mbpoll: ['-t', '3:float', '-B', '-r', '100', '-c', '4'],
  },
  bits: { count: 24, register: (n: number) => `coil ${n}`, type: 'bool', mbpoll: ['-t', '0', '-r', '0', '-c', '24'] },
} as const;

export type BlockName = keyof typeof blocks;

/** Value n of a block the nth time it is read: it tells its unit, its place and, for a while, its reading. */
export function valueOf(block: BlockName, unit: number, reading: number, n: number): number {
  // No word is greater than 65,535, that of unit 6 neither.
  if (block === 'words') return unit * 10_000 + ((reading * 8) % 5000) + n;
  if (block === 'floats') return unit * 100 + (reading % 100) + n / 4;
  // Patterns of all sorts, among them those that look like requests.
  return (((Math.imul(reading, 0x9e37_79b1) >>> 8) ^ (unit * 0x01_0503)) >>> n) & 1;
}

/** Each block of a unit begins a new reading when its first value is asked for. */
function valuesOf(unit: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const name of Object.keys(blocks) as BlockName[]) {
    let reading = 0;
    for (let n = 0; n < blocks[name].count; n += 1) {
      Object.defineProperty(values, `${name}${n}`, {
        enumerable: true,
        get: () => {
          if (n === 0) reading += 1;
          return valueOf(name, unit, reading, n);
        },
      });
    }
  }
  return values;
}

/** Where the master may write, and what it finds there. */
export const writable = { holding: 200, coil: 300, count: 16 } as const;

function unitOf(unit: number): UnitSpec {
  const tags = (name: BlockName): readonly number[] => Array.from({ length: blocks[name].count }, (_, n) => n);
  const words = Array<number>(writable.count).fill(0);
  return {
    unit,
    model: { values: valuesOf(unit), advance: () => undefined, command: () => undefined },
    map: {
      entries: [
        ...tags('words').map((n) => ({
          area: 'holding' as const,
          address: n,
          tag: `words${n}`,
          type: 'uint16' as const,
        })),
        ...tags('floats').map((n) => ({
          area: 'input' as const,
          address: 100 + n * 2,
          tag: `floats${n}`,
          type: 'float32' as const,
        })),
        ...tags('bits').map((n) => ({ area: 'coil' as const, address: n, tag: `bits${n}` })),
      ],
      fixed: [
        { area: 'holding', address: writable.holding, words, writable: true },
        { area: 'coil', address: writable.coil, words, writable: true },
      ],
    },
  };
}

/** Six units on one port, whose values change with every reading. */
export const slavesOn = (path: string, seed: number): ModbusSimulator =>
  new ModbusSimulator({ transport: { kind: 'rtu', path }, units: units.map(unitOf), wire: { baud: 19_200 }, seed });
