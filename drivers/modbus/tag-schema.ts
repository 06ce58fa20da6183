import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { registerField, type Table } from './register-reference.js';
import { type SettingFault, settingIssue } from '../streams/index.js';

/** Registers a value of each type takes; a string says itself how many, a bool is a register or a bit. */
export const typeRegisters = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 1,
  uint16: 1,
  bcd16: 1,
  float16: 1,
  int32: 2,
  uint32: 2,
  bcd32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  bcd64: 4,
  float64: 4,
  string: 0,
} as const;

export type ValueType = keyof typeof typeRegisters;

const valueTypes = Object.keys(typeRegisters) as [ValueType, ...ValueType[]];

/** Registers of the longest string: a read's worth. */
const stringRegistersMax = 125;

/** The driver's half of a tag: where a value stands and as what. */
export const tagSchema = z
  .strictObject({
    register: registerField().describe(
      'First register or bit. `holding 0`, `input 0x2000`, `coil 5`, `discrete 7` count from 0; five or six digits are a Modicon number and count from 1, so 40001 is `holding 0`',
    ),
    bit: z.int().min(0).max(15).optional().describe('One bit of the register, 0 the lowest; makes a bool'),
    type: z
      .enum(valueTypes)
      .optional()
      .describe('What the registers hold; bool for coils, discrete inputs and bits, uint16 otherwise'),
    order: z
      .enum(['ABCD', 'CDAB', 'BADC', 'DCBA'])
      .default('ABCD')
      .describe(
        'Order of the bytes, A the highest: ABCD big-endian, CDAB low register first, BADC bytes swapped in each register, DCBA little-endian; the same for 64 bits',
      ),
    byte: z.enum(['high', 'low']).optional().describe('Which byte of the register an int8 or uint8 is; low'),
    length: z.int().min(1).max(stringRegistersMax).optional().describe('Registers of a string'),
    encoding: z.enum(['ascii', 'utf-8', 'gb18030']).optional().describe('Encoding of a string; ascii'),
    sign: z
      .enum(['offset10000'])
      .optional()
      .describe('`offset10000`: a uint16 v from 10000 on means −(v − 10000), as KinCony sensors have it'),
  })
  .superRefine((tag, context) => {
    for (const { path, ...fault } of tagFaults(tag)) context.addIssue(settingIssue(fault, [path]));
  });

export type TagAddress = z.output<typeof tagSchema>;

const isBitTable = (table: Table): boolean => table === 'coil' || table === 'discrete';

/** The type of a value, given or by default. */
export function valueTypeOf({ type, register, bit }: Pick<TagAddress, 'type' | 'register' | 'bit'>): ValueType {
  return type ?? (isBitTable(register.table) || bit !== undefined ? 'bool' : 'uint16');
}

/** Registers or bits the value takes in its table. */
export const addressCount = (address: TagAddress): number =>
  valueTypeOf(address) === 'string' ? (address.length ?? 1) : typeRegisters[valueTypeOf(address)];

/** The type a tag of this address has in frames: floats are numbers, all else countable is an integer. */
export function tagTypeOf(address: TagAddress): TagType {
  const type = valueTypeOf(address);
  if (type === 'bool') return 'boolean';
  if (type === 'string') return 'text';
  return type.startsWith('float') ? 'number' : 'integer';
}

interface TagFault extends SettingFault {
  readonly path: 'bit' | 'type' | 'byte' | 'length' | 'encoding' | 'sign' | 'register' | 'order';
}

const leaveOut = (key: string) => ({ en: `leave \`${key}\` out`, zh: `去掉 \`${key}\`` });

function* tagFaults(tag: TagAddress): Generator<TagFault> {
  const type = valueTypeOf(tag);
  const isText = type === 'string';
  if (isBitTable(tag.register.table) && type !== 'bool') {
    const what = {
      en: `a ${tag.register.table} is one bit, no ${type}`,
      zh: `${tag.register.table} 只有一位,不能是 ${type}`,
    };
    yield { path: 'type', what, remedy: leaveOut('type') };
  }
  if (tag.bit !== undefined && (type !== 'bool' || isBitTable(tag.register.table))) {
    const what = { en: 'only a bool in a register has a bit', zh: '只有寄存器中的 bool 才有 bit' };
    yield { path: 'bit', what, remedy: leaveOut('bit') };
  }
  if (isText && tag.length === undefined) {
    const what = { en: 'a string needs its length', zh: '字符串需要 length' };
    yield { path: 'type', what, remedy: { en: 'add `length`, in registers', zh: '加上 `length`(寄存器数)' } };
  }
  for (const key of ['length', 'encoding'] as const) {
    if (isText || tag[key] === undefined) continue;
    yield { path: key, what: { en: `only a string has ${key}`, zh: `只有字符串才有 ${key}` }, remedy: leaveOut(key) };
  }
  if (isText && (tag.order === 'CDAB' || tag.order === 'DCBA')) {
    const what = { en: `a string has no order ${tag.order}`, zh: `字符串没有 ${tag.order} 顺序` };
    yield { path: 'order', what, remedy: { en: 'write ABCD or BADC', zh: '写成 ABCD 或 BADC' } };
  }
  if (tag.byte !== undefined && type !== 'int8' && type !== 'uint8') {
    const what = { en: 'only int8 and uint8 have a byte', zh: '只有 int8 和 uint8 才有 byte' };
    yield { path: 'byte', what, remedy: leaveOut('byte') };
  }
  if (tag.sign !== undefined && type !== 'uint16') {
    const what = { en: `sign ${tag.sign} is for uint16`, zh: `sign ${tag.sign} 只用于 uint16` };
    yield { path: 'sign', what, remedy: { en: 'write `type: uint16`', zh: '写成 `type: uint16`' } };
  }
  if (tag.register.start + addressCount(tag) > 65_536) {
    const what = { en: 'the value ends beyond the last register', zh: '数值超出最后一个寄存器' };
    yield { path: 'register', what, remedy: { en: 'begin lower', zh: '起始地址应更小' } };
  }
}
