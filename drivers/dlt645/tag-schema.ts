import { z } from 'zod';
import { settingIssue } from '../streams/index.js';
import { formatIdentifier, parseIdentifier } from './identifier.js';
import { quantities, quantityNames } from './quantities.js';
import { parseValueFormat, type ValueFormat } from './value-format.js';

/** Where a number stands: in which answer, and at which byte of it. */
export interface TagAddress {
  readonly identifier: number;
  readonly format: ValueFormat;
  /** Bytes of the answer's data before it. */
  readonly at: number;
}

/** Numbers in the longest block of DL/T 645-2007: a total and 63 tariffs. */
const elementMax = 63;

/** YAML reads `02010100` as a number and drops its zero; that is said rather than guessed. */
const identifierField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      const identifier = typeof given === 'string' ? parseIdentifier(given) : undefined;
      if (identifier !== undefined) return identifier;
      context.addIssue(
        settingIssue({
          what: { en: `\`${given}\` is no data identifier`, zh: `“${given}”不是数据标识` },
          remedy: {
            en: `write its four bytes, DI3 first, as \`${formatIdentifier(0x02010100)}\``,
            zh: `从 DI3 起写四个字节,例如 \`${formatIdentifier(0x02010100)}\``,
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['00 01 00 00', '02 01 FF 00'] });

/** The driver's half of a tag: a quantity by its name, or any data identifier with the format of its number. */
export const tagSchema = z
  .strictObject({
    quantity: z.enum(quantityNames).optional().describe('A quantity by name; its format is that of DL/T 645-2007'),
    identifier: identifierField()
      .optional()
      .describe('Any data identifier, DI3 first: `02 01 01 00`; a block ends in FF: `02 01 FF 00`'),
    format: z.string().optional().describe('How the number is written: `XXXXXX.XX`, `XXX.X`; with `identifier`'),
    signed: z.boolean().optional().describe('The highest bit of the number is its sign; with `identifier`'),
    element: z.int().min(0).max(elementMax).optional().describe('Which number of a block, the first is 0'),
  })
  .transform((tag, context): TagAddress => {
    const refuse = (path: string, en: string, zh: string, remedyEn: string, remedyZh: string): never => {
      context.addIssue(settingIssue({ what: { en, zh }, remedy: { en: remedyEn, zh: remedyZh } }, [path]));
      return z.NEVER;
    };
    if ((tag.quantity === undefined) === (tag.identifier === undefined)) {
      return refuse(
        'quantity',
        'a tag has either a quantity or an identifier',
        '每个点写 quantity 或 identifier 之一',
        'write `quantity: voltage-a`, or `identifier` with `format`',
        '写 `quantity: voltage-a`,或 `identifier` 加 `format`',
      );
    }
    if (tag.quantity !== undefined) {
      const extra = (['format', 'signed', 'element'] as const).find((key) => tag[key] !== undefined);
      if (extra === undefined) return { ...quantities[tag.quantity], at: 0 };
      return refuse(
        extra,
        `a quantity has its own ${extra}`,
        `quantity 自带 ${extra}`,
        `leave \`${extra}\` out, or write \`identifier\``,
        `去掉 \`${extra}\`,或改写 \`identifier\``,
      );
    }
    const format = parseValueFormat(tag.format ?? '', tag.signed ?? false);
    if (format && tag.identifier !== undefined) {
      return { identifier: tag.identifier, format, at: (tag.element ?? 0) * format.bytes };
    }
    return refuse(
      'format',
      'an identifier needs the format of its number, in whole bytes',
      'identifier 需要整字节的数值格式',
      'write `format: XXXXXX.XX`, an even number of digits up to 14',
      '写 `format: XXXXXX.XX`,偶数位,最多 14 位',
    );
  });
