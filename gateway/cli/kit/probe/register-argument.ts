import type { WordTable } from '../../../../drivers/modbus/index.js';

/** A register as a technician writes it; without a table it may be in either. */
export interface AskedRegister {
  readonly table: WordTable | undefined;
  readonly register: number;
}

const tables: Readonly<Record<string, WordTable>> = {
  h: 'holding',
  holding: 'holding',
  4: 'holding',
  i: 'input',
  input: 'input',
  3: 'input',
};
const registerMax = 0xffff;

/**
 * `40001`, `300001`: Modicon, counted from 1. `h0`, `i0x10`, `holding 0`, `0`, `0x0000`: counted from 0. Undefined when
 * it is none of these. Five digits from 40001 and 30001 on are Modicon; a register 40001 counted from 0 is `h40001`.
 */
export function parseRegister(text: string): AskedRegister | undefined {
  const modicon = /^([34])(\d{4,5})$/.exec(text.trim());
  if (modicon && Number(modicon[2]) >= 1) return within(tables[modicon[1] as string], Number(modicon[2]) - 1);
  const plain = /^(h|holding|i|input)?\s*(0x[0-9a-f]{1,4}|\d{1,5})$/i.exec(text.trim());
  return plain ? within(tables[(plain[1] ?? '').toLowerCase()], Number(plain[2])) : undefined;
}

const within = (table: WordTable | undefined, register: number): AskedRegister | undefined =>
  register <= registerMax ? { table, register } : undefined;
