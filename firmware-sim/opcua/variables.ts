import type { DataType } from 'node-opcua';

/** A variable of the simulated plant. Names are browse names, and identifiers as `s=Plant.NAME`. */
export interface VariableSpec {
  readonly name: string;
  readonly dataType: keyof typeof DataType;
  readonly initial: unknown;
  readonly isArray?: boolean;
  /** EURange, for deadbands in per cent and limit alarms. */
  readonly range?: readonly [low: number, high: number];
  readonly hasHistory?: boolean;
}

/** One variable of each type, with values that tell mistakes apart: signs, byte orders, high halves. */
export const typeVariables: readonly VariableSpec[] = [
  { name: 'Boolean', dataType: 'Boolean', initial: true },
  { name: 'SByte', dataType: 'SByte', initial: -128 },
  { name: 'Byte', dataType: 'Byte', initial: 255 },
  { name: 'Int16', dataType: 'Int16', initial: -32_768 },
  { name: 'UInt16', dataType: 'UInt16', initial: 65_535 },
  { name: 'Int32', dataType: 'Int32', initial: -2_147_483_648 },
  { name: 'UInt32', dataType: 'UInt32', initial: 4_294_967_295 },
  // −2 and 2^53 + 1, as the library writes 64 bits: two halves, the high one first.
  { name: 'Int64', dataType: 'Int64', initial: [0xffff_ffff, 0xffff_fffe] },
  { name: 'UInt64', dataType: 'UInt64', initial: [0x0020_0000, 1] },
  { name: 'Float', dataType: 'Float', initial: 0.5 },
  { name: 'Double', dataType: 'Double', initial: -273.15 },
  { name: 'String', dataType: 'String', initial: '泵站' },
  { name: 'DateTime', dataType: 'DateTime', initial: new Date('2026-11-21T03:04:05.678Z') },
  { name: 'Guid', dataType: 'Guid', initial: '72962B91-FA75-4AE6-8D28-B404DC7DAF63' },
  { name: 'ByteString', dataType: 'ByteString', initial: Buffer.from('00ff10', 'hex') },
  { name: 'LocalizedText', dataType: 'LocalizedText', initial: { text: 'running', locale: 'en' } },
  { name: 'Array', dataType: 'Double', initial: [1.5, 2.5, 3.5], isArray: true },
];

/** What changes while a test runs. */
export const processVariables: readonly VariableSpec[] = [
  { name: 'Temperature', dataType: 'Double', initial: 20, range: [0, 200], hasHistory: true },
  { name: 'Pressure', dataType: 'Double', initial: 1, range: [0, 10], hasHistory: true },
  { name: 'Level', dataType: 'Double', initial: 50, range: [0, 100] },
];
