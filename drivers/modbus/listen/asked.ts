import { functionCodes } from '../reading-plan.js';
import { answerDataBytes } from '../register-bus.js';
import { formatRange, type RegisterRange, type Table } from '../register-reference.js';

/** What a master writes: one value a register or coil, in order. */
export interface Written {
  readonly table: 'coil' | 'holding';
  readonly start: number;
  readonly values: readonly number[];
}

/** A request as it was heard. Modbus Application Protocol V1.1b3 §6. */
export interface Asked {
  /** The whole frame, as RTU has it. */
  readonly bytes: Uint8Array;
  readonly unit: number;
  readonly functionCode: number;
  /** What is read; undefined for functions that read no registers or bits. */
  readonly reads: RegisterRange | undefined;
  /** What is written; undefined for functions that write no registers or coils. */
  readonly writes: Written | undefined;
}

/** A broadcast is obeyed by all and answered by none. */
export const broadcastUnit = 0;

const readTables = Object.fromEntries(Object.entries(functionCodes).map(([table, code]) => [code, table])) as Readonly<
  Record<number, Table>
>;
const coilOn = 0xff00;

/** Two bytes, the high one first. */
const word = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

const words = (bytes: Uint8Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => word(bytes, at + n * 2));

const bits = (bytes: Uint8Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => ((bytes[at + (n >> 3)] as number) >> (n & 7)) & 1);

const rangeAt = (bytes: Uint8Array, at: number, table: Table): RegisterRange => {
  const start = word(bytes, at);
  return { table, start, end: start + word(bytes, at + 2) };
};

/** The request a whole frame is, whose length is that of a request of its function. */
export function askedBy(bytes: Uint8Array): Asked {
  const [unit, functionCode] = bytes as unknown as [number, number];
  const table = readTables[functionCode];
  if (table) return { bytes, unit, functionCode, reads: rangeAt(bytes, 2, table), writes: undefined };
  const reads = functionCode === 0x17 ? rangeAt(bytes, 2, 'holding') : undefined;
  return { bytes, unit, functionCode, reads, writes: writtenBy(bytes, functionCode) };
}

function writtenBy(bytes: Uint8Array, functionCode: number): Written | undefined {
  switch (functionCode) {
    case 0x05:
      return { table: 'coil', start: word(bytes, 2), values: [word(bytes, 4) === coilOn ? 1 : 0] };
    case 0x06:
      return { table: 'holding', start: word(bytes, 2), values: [word(bytes, 4)] };
    case 0x0f: {
      // The count may say more than there are bytes for; a unit refuses that, and so does nothing.
      const count = Math.min(word(bytes, 4), (bytes[6] as number) * 8);
      return { table: 'coil', start: word(bytes, 2), values: bits(bytes, 7, count) };
    }
    case 0x10:
      return { table: 'holding', start: word(bytes, 2), values: words(bytes, 7, (bytes[6] as number) >> 1) };
    case 0x17:
      return { table: 'holding', start: word(bytes, 6), values: words(bytes, 11, (bytes[10] as number) >> 1) };
    default:
      return undefined;
  }
}

/** Data bytes of the answer to what is read. */
export const askedDataBytes = ({ functionCode }: Asked, { start, end }: RegisterRange): number =>
  answerDataBytes(functionCode, end - start);

/** True when units may give such a read: §6.1 to §6.4. */
export function isLegalRead({ reads, functionCode }: Asked): boolean {
  if (!reads) return false;
  const count = reads.end - reads.start;
  return count >= 1 && count <= (functionCode <= 2 ? 2000 : 125) && reads.end <= 0x1_0000;
}

/** The same request has the same key. */
export const askedKey = ({ bytes }: Asked): string => Buffer.from(bytes).toString('latin1');

/** In the protocol's words: `holding 0–9`, `coil 5`; a function that is no read and no write by its number. */
export function askedPlace({ reads, writes, functionCode }: Asked): string {
  if (reads) return formatRange(reads);
  if (writes) return formatRange({ ...writes, end: writes.start + Math.max(1, writes.values.length) });
  return `function ${functionCode.toString(16).padStart(2, '0').toUpperCase()}`;
}
