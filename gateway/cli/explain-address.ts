import type { Language } from '../contract/index.js';

/**
 * Keys of an address in Chinese; in English they are told as a profile writes them. What stands behind a key is the
 * profile's own and stays in its words: `float32`, `CDAB`.
 */
const chinese: Readonly<Record<string, string>> = {
  alarm: '报警',
  ascii: 'ASCII 标识',
  at: '偏移',
  bit: '位',
  byte: '字节',
  code: '编码',
  data: '数据类别',
  deadband: '死区',
  element: '要素',
  encoding: '字符集',
  field: '字段',
  format: '格式',
  identifier: '数据标识',
  inText: '引号内数字',
  index: '下标',
  is: '等于',
  length: '长度',
  message: '报文',
  metric: '指标',
  node: '节点',
  number: '序号',
  of: '取值',
  order: '字节序',
  path: '路径',
  place: '节点',
  point: '测点编码',
  quality: '质量',
  quantity: '量',
  queue: '队列',
  register: '寄存器',
  sampling: '采样间隔',
  sign: '符号',
  signed: '有符号',
  stable: '稳定条件',
  table: '表',
  topic: '主题',
  type: '类型',
};

/** The four tables of Modbus. */
const chineseTables: Readonly<Record<string, string>> = {
  holding: '保持寄存器',
  input: '输入寄存器',
  coil: '线圈',
  discrete: '离散输入',
};

/** What stands in a value, one behind the other; of what has a text of its own that text alone. */
function wordsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  if ('text' in value && typeof value.text === 'string') return [value.text];
  return Object.values(value).flatMap(wordsOf);
}

function partText(key: string, value: unknown, language: Language): string[] {
  const words = wordsOf(value);
  if (words.length === 0) return [];
  if (language === 'en') return [[key, ...words].join(' ')];
  const [table = '', ...rest] = words;
  const inTable = key === 'register' ? chineseTables[table] : undefined;
  return [(inTable === undefined ? [chinese[key] ?? key, ...words] : [inTable, ...rest]).join(' ')];
}

/** A driver's address on one line: `register holding 1, type int16`, `保持寄存器 1，类型 int16`. */
export function addressText(address: unknown, language: Language): string {
  if (typeof address !== 'object' || address === null) return String(address);
  const parts = Object.entries(address).flatMap(([key, value]) => partText(key, value, language));
  return parts.join(language === 'zh' ? '，' : ', ');
}
