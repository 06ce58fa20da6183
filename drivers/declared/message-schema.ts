import { z } from 'zod';
import { settingIssue } from '../streams/index.js';
import { type BinaryField, type FieldType, fieldTypes } from './binary-fields.js';
import { lengthFieldEnd } from './binary-messages.js';
import { checksumNames } from './checksums.js';
import { bytesField, maskField, patternField, requestField } from './written-fields.js';

/** Longest message that can be declared: what one message may hold of memory. */
const longestMessage = 1024;
const offsetMax = longestMessage - 1;
const types = Object.keys(fieldTypes) as [FieldType, ...FieldType[]];

const request = requestField()
  .optional()
  .describe(
    'What is sent to ask for it: text such as `W{unit:2}\\r\\n`, or `hex 02 {unit} 52 {sum8}`; `{sum8}`, `{xor:1}`, … stand for the checksum of the bytes before it (from byte 1). Without one the instrument sends by itself',
  );

const place = () => z.int().min(-longestMessage).max(longestMessage);

const checksum = (as: 'binary' | 'hex') =>
  z
    .strictObject({
      name: z
        .enum(checksumNames)
        .describe(
          'Of `123456789` they make: sum8 DD, xor 31, crc16-modbus 4B37, crc16-hj212 2F80, crc16-ccitt-false 29B1, crc16-xmodem 31C3; a manual that says CRC-CCITT means one of the last two',
        ),
      from: place().default(0).describe('First byte it covers; 0 the first of the message, -1 the last'),
      to: place().optional().describe('First byte it no longer covers; where it begins'),
      at: place().optional().describe('Where it begins; the last bytes of the message'),
      as: z.enum(['binary', 'hex']).default(as).describe('As bytes, or as hexadecimal digits'),
      order: z
        .enum(['high-first', 'low-first'])
        .optional()
        .describe('Which byte of two goes first; low-first with a binary crc16-modbus, high-first otherwise'),
    })
    .optional();

const lengthMax = z.int().min(4).max(longestMessage).default(256).describe('Longest message in bytes');

const textMessage = z.strictObject({
  kind: z.literal('text').describe('A line of text'),
  request,
  pattern: patternField().describe(
    'The whole line between start and end: text stands for itself, `{net}` is a number, `{state:text}` text, `{code:hex}` hexadecimal, `{*}` anything, `{net:number:7}` seven characters wide, `{unit}` the address',
  ),
  start: bytesField().optional().describe('What begins it, such as `\\x02`'),
  end: bytesField().prefault('\\r\\n').describe('What ends it'),
  lengthMax,
  checksum: checksum('hex').describe('At the end of the line; the pattern leaves it out. Counted after the start mark'),
});

const order = z.enum(['big', 'little']).default('big').describe('`big`: highest byte first');
const type = z.enum(types).describe('What the bytes hold');

const binaryField = z
  .strictObject({
    offset: z.int().min(0).max(offsetMax).describe('First byte, from the first of the header'),
    type,
    order,
    bit: z.int().min(0).max(31).optional().describe('One bit of a uint, 0 the lowest'),
  })
  .superRefine((field, context) => {
    if (field.bit === undefined || (field.type.startsWith('uint') && field.bit < fieldTypes[field.type] * 8)) return;
    const what = { en: `a ${field.type} has no bit ${field.bit}`, zh: `${field.type} 没有第 ${field.bit} 位` };
    const remedy = { en: 'write a uint with enough bits', zh: '改用位数足够的 uint' };
    context.addIssue(settingIssue({ what, remedy }, ['bit']));
  });

const length = z.union([
  z.int().min(2).max(longestMessage),
  z.strictObject({
    offset: z.int().min(0).max(offsetMax).describe('Where the length stands'),
    type: z.enum(['uint8', 'uint16', 'bcd8', 'bcd16']).default('uint8').describe('What it is'),
    order,
    plus: z.int().min(-longestMessage).max(longestMessage).default(0).describe('Bytes of the message it leaves out'),
  }),
]);

const binaryMessage = z
  .strictObject({
    kind: z.literal('binary').describe('A frame of bytes'),
    request,
    header: maskField().describe('Bytes it begins with: `AA 55 {unit} ..`, `..` any byte'),
    trailer: maskField().optional().describe('Bytes it ends with, after the checksum'),
    length: length.describe('Bytes of the whole message, or the field that says so'),
    lengthMax,
    fields: z.record(z.string(), binaryField).describe('Values, by name'),
    checksum: checksum('binary').describe(
      'Where it stands and what it covers; before the trailer with a negative `at`',
    ),
  })
  .superRefine((message, context) => {
    const fault = (path: string[], en: string, zh: string, remedyEn: string, remedyZh: string) =>
      context.addIssue(settingIssue({ what: { en, zh }, remedy: { en: remedyEn, zh: remedyZh } }, path));
    const total = typeof message.length === 'number' ? message.length : message.lengthMax;
    if (total > message.lengthMax) {
      fault(
        ['lengthMax'],
        `the message has ${total} bytes`,
        `报文有 ${total} 字节`,
        `write \`${total}\``,
        `写成 \`${total}\``,
      );
    }
    const isFixed = (one: number | 'any' | 'unit') => one !== 'any';
    if (!isFixed(message.header[0] as number | 'any')) {
      const [en, zh] = [
        'the header begins with any byte, so a message has no beginning',
        '报文头以任意字节开始，无法定位',
      ];
      fault(['header'], en, zh, 'begin it with a byte', '以确定的字节开头');
    }
    for (const [name, field] of Object.entries(message.fields)) {
      if (lengthFieldEnd(field) <= total) continue;
      const [en, zh] = [`\`${name}\` ends beyond the ${total} bytes`, `\`${name}\` 超出 ${total} 字节`];
      fault(['fields', name, 'offset'], en, zh, 'begin lower, or raise the length', '减小 offset 或增大长度');
    }
  });

const index = (what: string) => z.int().min(1).max(40).describe(what);

const nmeaField = z.union([
  z.strictObject({
    index: index('Which field after the name, counted from 1'),
    type: z
      .enum(['number', 'text', 'position'])
      .default('number')
      .describe('`position`: ddmm.mmm with its hemisphere in the next field, as degrees'),
  }),
  z.strictObject({ transducer: z.string().min(1).max(20).describe('Name of a transducer of an XDR') }),
]);

const nmeaMessage = z.strictObject({
  kind: z.literal('nmea').describe('A sentence of NMEA 0183, always with checksum'),
  request,
  sentence: z
    .string()
    .regex(/^[A-Z0-9]{3,10}$/)
    .describe('`MWV`, `XDR`, `GGA`; of a maker the whole name, such as `PGRME`'),
  talker: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('`WI`, `GP`; any without it'),
  valid: z
    .strictObject({
      index: index('Field that says whether the values hold'),
      is: z.array(z.string()).min(1).describe('What it says then; otherwise numbers are a sensor failure'),
    })
    .optional()
    .describe('When the values hold, such as `{ index: 5, is: [A] }` of an MWV'),
  fields: z.record(z.string(), nmeaField).describe('Values, by name'),
});

/** A kind of message as it stands in the file. */
export const messageSchema = z.discriminatedUnion('kind', [textMessage, binaryMessage, nmeaMessage]);

export type MessageSettings = z.output<typeof messageSchema>;

/** Names of the fields a message gives, and whether each is text. */
export function fieldsOf(message: MessageSettings): ReadonlyMap<string, 'text' | 'number'> {
  if (message.kind === 'text') {
    return new Map(
      message.pattern.flatMap((part) =>
        'name' in part ? [[part.name, part.kind === 'text' ? 'text' : 'number']] : [],
      ),
    );
  }
  return new Map(
    Object.entries<BinaryField | z.output<typeof nmeaField>>(message.fields).map(([name, field]) => [
      name,
      'type' in field && field.type === 'text' ? 'text' : 'number',
    ]),
  );
}
