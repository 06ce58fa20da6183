import { FrameBuilder, isGood, type TagTable } from '../../../gateway/contract/index.js';
import type { Decoder } from '../decoder.js';
import { compileDecoder } from '../registers.js';
import { type TagAddress, typeRegisters, type ValueType } from '../tag-schema.js';

/** The two tables that hold registers. */
export type WordTable = 'holding' | 'input';

/** Consecutive registers of one table as they were read; undefined where the device gave none. */
export interface RegisterWindow {
  readonly table: WordTable;
  /** Counted from 0, as on the wire. */
  readonly start: number;
  readonly words: readonly (number | undefined)[];
}

/** One way to read a number out of registers, in the words of a profile. */
export interface Form extends Pick<TagAddress, 'order' | 'sign' | 'byte'> {
  readonly type: ValueType;
  readonly registers: number;
}

/** A number that stands in registers, if this form is the right one. */
export interface Decoding {
  readonly table: WordTable;
  readonly register: number;
  readonly form: Form;
  /** Before any scale. */
  readonly raw: number;
}

type Order = TagAddress['order'];

const orders: readonly Order[] = ['ABCD', 'CDAB', 'BADC', 'DCBA'];
/** One register has two orders only: its bytes as they are, or swapped. */
const bytePairOrders: readonly Order[] = ['ABCD', 'BADC'];

const form = (type: ValueType, order: Order, more: Pick<Form, 'sign' | 'byte'> = {}): Form => ({
  type,
  order,
  registers: typeRegisters[type],
  ...more,
});

/** Every form of a number that a profile can state. Text and single bits are no numbers that a display shows. */
export const forms: readonly Form[] = [
  ...(['int16', 'uint16', 'bcd16', 'float16'] as const).flatMap((type) =>
    bytePairOrders.map((order) => form(type, order)),
  ),
  form('uint16', 'ABCD', { sign: 'offset10000' }),
  ...(['int8', 'uint8'] as const).flatMap((type) =>
    (['high', 'low'] as const).map((byte) => form(type, 'ABCD', { byte })),
  ),
  ...(['int32', 'uint32', 'bcd32', 'float32', 'int64', 'uint64', 'bcd64', 'float64'] as const).flatMap((type) =>
    orders.map((order) => form(type, order)),
  ),
];

const table: TagTable = {
  number: 0,
  site: '',
  link: '',
  device: '',
  profile: '',
  group: '',
  configuration: '',
  tags: [{ name: 'value', type: 'number', unit: '' }],
};
const into = new FrameBuilder(table);

const register = { table: 'holding', start: 0 } as const;
const decoders = new Map<string, Decoder>();

/** The gateway's own decoders, each compiled once: what is shown here is what a profile with these words will read. */
function decoderOf(one: Form): Decoder {
  const key = `${one.type} ${one.order} ${one.sign ?? ''} ${one.byte ?? ''}`;
  const decoder = decoders.get(key) ?? compileDecoder({ register, ...one });
  decoders.set(key, decoder);
  return decoder;
}

/** The number of this form at `at` of the words; undefined where it is none, or a register is missing. */
export function decodeForm(one: Form, words: readonly (number | undefined)[], at: number): number | undefined {
  const data = new DataView(new ArrayBuffer(8));
  if (at < 0) return undefined;
  for (let n = 0; n < one.registers; n += 1) {
    const word = words[at + n];
    if (word === undefined) return undefined;
    data.setUint16(n * 2, word);
  }
  decoderOf(one)(data, 0, into, 0);
  return isGood(into.quality[0] as number) ? (into.values[0] as number) : undefined;
}

/** Everything that the registers of a window can mean, register by register. */
export function decodingsOf({ table: name, start, words }: RegisterWindow): Decoding[] {
  return words.flatMap((_, at) =>
    forms.flatMap((one) => {
      const raw = decodeForm(one, words, at);
      return raw === undefined ? [] : [{ table: name, register: start + at, form: one, raw }];
    }),
  );
}

/** The Modicon number of a register, which counts from 1: `40001` is `holding 0`, six digits from 40000 on. */
export function modiconNumber({ table: name, register: at }: Pick<Decoding, 'table' | 'register'>): string {
  const digits = at < 9999 ? 4 : 5;
  return `${name === 'holding' ? 4 : 3}${String(at + 1).padStart(digits, '0')}`;
}
