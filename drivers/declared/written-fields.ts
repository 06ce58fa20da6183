import { z } from 'zod';
import { type SettingFault, settingIssue } from '../streams/index.js';
import { parseLiteral } from './byte-text.js';
import { type MaskTemplate, parseMask } from './byte-mask.js';
import { type PatternFault, type PatternPart, parsePattern } from './line-pattern.js';
import { parseRequest, type RequestTemplate } from './request-template.js';

/** A text of the file that has a grammar of its own, parsed. */
const parsed = <T>(read: (text: string) => T | SettingFault, examples: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(200)
    .transform((text, context): T => {
      const result = read(text);
      if (!isFault(result)) return result;
      context.addIssue(settingIssue(result));
      return z.NEVER;
    })
    .meta({ examples: [...examples] });

const isFault = (result: unknown): result is SettingFault =>
  typeof result === 'object' && result !== null && 'remedy' in result;

const patternFaults: Readonly<Record<PatternFault, SettingFault>> = {
  escape: {
    what: { en: 'the pattern has a character that is no byte', zh: '格式中有不是单字节的字符' },
    remedy: { en: 'write it as `\\x02`, a backslash as `\\\\`', zh: '写成 `\\x02`，反斜杠写成 `\\\\`' },
  },
  placeholder: {
    what: { en: 'something in braces is no placeholder', zh: '花括号里的内容不是占位符' },
    remedy: {
      en: 'write `{net}`, `{state:text}`, `{code:hex}`, `{*}` or `{unit}`, with a width `{net:number:7}`; a brace itself as `{{`',
      zh: '写成 `{net}`、`{state:text}`、`{code:hex}`、`{*}` 或 `{unit}`，定宽写成 `{net:number:7}`；花括号本身写成 `{{`',
    },
  },
  twice: {
    what: { en: 'two fields of the pattern have one name', zh: '格式中有两个字段同名' },
    remedy: { en: 'give each a name of its own, or skip one with `{*}`', zh: '各取一个名称，或用 `{*}` 跳过' },
  },
  adjacent: {
    what: { en: 'nothing parts two fields of the pattern', zh: '格式中两个字段之间没有分隔' },
    remedy: {
      en: 'give the first a width, such as `{state:text:2}`, or write what stands between them',
      zh: '给前一个定宽，例如 `{state:text:2}`，或写出两者之间的字符',
    },
  },
};

export const patternField = () =>
  parsed<readonly PatternPart[]>(
    (text) => {
      const parts = parsePattern(text);
      return typeof parts === 'string' ? patternFaults[parts] : parts;
    },
    ['ST,GS,{gross} kg', '{state:text:2},{kind:text:2},{weight}kg'],
  );

export const bytesField = () =>
  parsed<string>(
    (text) =>
      parseLiteral(text) ?? {
        what: { en: `\`${text}\` is no text of bytes`, zh: `“${text}”不是字节文本` },
        remedy: { en: 'write letters, `\\r`, `\\n` or `\\x03`', zh: '写字母、`\\r`、`\\n` 或 `\\x03`' },
      },
    ['\\r\\n', '\\x03'],
  );

export const requestField = () =>
  parsed<RequestTemplate>(
    (text) =>
      parseRequest(text) ?? {
        what: { en: `\`${text}\` is no request`, zh: `“${text}”不是请求` },
        remedy: {
          en: 'write text such as `W{unit:2}\\r\\n`, or bytes such as `hex 02 {unit} 52 {sum8}`',
          zh: '写文本如 `W{unit:2}\\r\\n`，或字节如 `hex 02 {unit} 52 {sum8}`',
        },
      },
    ['W{unit:2}\\r\\n', 'hex 02 {unit} 52 {crc16-modbus}'],
  );

export const maskField = () =>
  parsed<MaskTemplate>(
    (text) =>
      parseMask(text) ?? {
        what: { en: `\`${text}\` are no bytes`, zh: `“${text}”不是字节` },
        remedy: {
          en: 'write bytes in hex, `{unit}` for the address, `..` for any: `AA 55 {unit} ..`',
          zh: '写十六进制字节，`{unit}` 为站号，`..` 为任意字节：`AA 55 {unit} ..`',
        },
      },
    ['AA 55', '02 {unit} ..'],
  );
