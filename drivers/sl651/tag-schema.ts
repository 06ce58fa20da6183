import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import { elementOfName, statusElement } from './elements.js';

/** Which element a tag is, and which bit of it. */
export interface TagAddress {
  readonly element: string;
  readonly bit: number | undefined;
}

const hexPattern = /^(?:FF)?[0-9A-F]{2}$/;
const namePattern = /^[A-Z][A-Z0-9]{0,7}$/;
/** These lead a header of a report and are no measured values. */
const reserved: ReadonlySet<string> = new Set(['04', 'F0', 'F1', 'F2', 'F3', 'FF']);

/** `3B`, `FF01`; YAML reads `39` and `03` as numbers, whose digits are meant. */
const elementField = () =>
  z
    .union([z.string(), z.int().min(0).max(99)])
    .transform((given, context) => {
      const text = typeof given === 'number' ? String(given).padStart(2, '0') : given.toUpperCase();
      if (hexPattern.test(text) && !reserved.has(text)) return text;
      const what = { en: `\`${given}\` is no element`, zh: `“${given}”不是要素标识符` };
      const remedy = {
        en: "write its identifier as two hexadecimal digits: `'3B'`, `'39'`, or `FF01` for an extended one",
        zh: "写两位十六进制标识符：`'3B'`、`'39'`，扩展标识符写 `FF01`",
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['3B', '20', 'FF01'] });

/** The driver's half of a tag: an element by its identifier, or by the letters an ASCII station sends. */
export const tagSchema = z
  .strictObject({
    element: elementField()
      .optional()
      .describe('Identifier of table C.1: `3B` level above the dam, `F5` twelve levels'),
    ascii: z
      .string()
      .regex(namePattern)
      .optional()
      .describe('In place of `element`: the letters of a station that sends ASCII, where they have no identifier here'),
    bit: z.int().min(0).max(31).optional().describe('A bit of element 45, status and alarms; the lowest is 0'),
  })
  .transform((tag, context): TagAddress => {
    const refuse = (path: string, en: string, zh: string, remedyEn: string, remedyZh: string): never => {
      context.addIssue(settingIssue({ what: { en, zh }, remedy: { en: remedyEn, zh: remedyZh } }, [path]));
      return z.NEVER;
    };
    const element = tag.element ?? (tag.ascii === undefined ? undefined : elementOfName(tag.ascii));
    if (element === undefined || (tag.element !== undefined && tag.ascii !== undefined)) {
      return refuse(
        'element',
        'a tag has either an element or its ASCII letters',
        '每个点写 element 或 ascii 之一',
        "write `element: '3B'`, or `ascii: ZU`",
        "写 `element: '3B'` 或 `ascii: ZU`",
      );
    }
    if (tag.bit !== undefined && element !== statusElement) {
      return refuse(
        'bit',
        `element ${element} is a number, it has no bits`,
        `要素 ${element} 是数值，没有位`,
        `leave \`bit\` out, or write \`element: '${statusElement}'\``,
        `去掉 \`bit\`，或写 \`element: '${statusElement}'\``,
      );
    }
    return { element, bit: tag.bit };
  });

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ element, bit }: TagAddress): TagType =>
  bit !== undefined ? 'boolean' : element === statusElement ? 'integer' : 'number';
