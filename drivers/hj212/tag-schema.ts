import { z } from 'zod';
import { settingIssue } from '../streams/index.js';
import { type DataKind, dataKindNames } from './data-kinds.js';

/** Fields a value has, HJ 212-2017 table 8: `Zs…` are values converted to the reference state (折算). */
const realtimeFields = ['Rtd', 'ZsRtd'] as const;
const historyFields = ['Avg', 'Min', 'Max', 'Cou', 'ZsAvg', 'ZsMin', 'ZsMax'] as const;

/** Where a number stands: in which data, of which pollutant, and which of its fields. */
export interface TagAddress {
  readonly data: DataKind;
  /** Code of the pollutant or quantity: `a21001`. */
  readonly code: string;
  readonly of: (typeof realtimeFields)[number] | (typeof historyFields)[number];
}

const codePattern = /^[A-Za-z0-9]{1,16}$/;

/** The codes of 2005 are digits, and YAML drops the zero of `011`. */
const codeField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && codePattern.test(given)) return given;
      context.addIssue(
        settingIssue({
          what: { en: `\`${given}\` is no code of a pollutant`, zh: `“${given}”不是污染因子编码` },
          remedy: {
            en: "write `a21001`; a code of 2005 in quotes: `'011'`",
            zh: "写成 `a21001`；2005 版编码加引号：`'011'`",
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['a21001', 'w01018'] });

/** The driver's half of a tag. */
export const tagSchema = z
  .strictObject({
    code: codeField().describe('Code of the pollutant or quantity, as `a21001` (ammonia), `w01018` (COD)'),
    data: z
      .enum(dataKindNames)
      .default('realtime')
      .describe('`realtime` (2011), `minute` (2051), `hour` (2061) or `day` (2031) data'),
    of: z
      .enum([...realtimeFields, ...historyFields])
      .optional()
      .describe('Field of it; `Rtd` of realtime data, `Avg` of others'),
  })
  .transform(({ code, data, of }, context): TagAddress => {
    const fields: readonly string[] = data === 'realtime' ? realtimeFields : historyFields;
    if (of === undefined) return { code, data, of: data === 'realtime' ? 'Rtd' : 'Avg' };
    if (fields.includes(of)) return { code, data, of };
    const names = fields.join(', ');
    context.addIssue(
      settingIssue(
        {
          what: { en: `${data} data has no \`${of}\``, zh: `${data} 数据没有 \`${of}\`` },
          remedy: { en: `write one of: ${names}`, zh: `写成其中之一：${names}` },
        },
        ['of'],
      ),
    );
    return z.NEVER;
  });
