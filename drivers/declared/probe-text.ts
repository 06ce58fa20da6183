import type { Text } from '../../gateway/contract/index.js';
import type { FieldValue } from './message-format.js';

/** What came of one message when it was waited for once. */
export interface ProbeFinding {
  readonly device: string;
  readonly message: string;
  readonly fields?: ReadonlyMap<string, FieldValue>;
  readonly fault?: string;
}

/** "Test the connection", in words: one line a message, with its fields, to compare with the instrument's display. */
export function probeText(address: string, findings: readonly ProbeFinding[]): Text {
  const lines = (colon: string): string[] =>
    findings.map(({ device, message, fields, fault }) => `${device} · ${message}${colon}${fault ?? listed(fields)}`);
  return {
    en: [`${address} is connected`, ...lines(': ')].join('\n'),
    zh: [`${address} 已连接`, ...lines('：')].join('\n'),
  };
}

const listed = (fields: ReadonlyMap<string, FieldValue> = new Map()): string =>
  [...fields].map(([name, value]) => `${name} = ${value}`).join(', ');
