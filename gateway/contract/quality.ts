import type { Text } from './text.js';

/**
 * Quality of one value: one byte, stored in every frame, so a number here is never changed and never reused.
 * The ranges carry the class: 0 absent, 1–63 good, 64–127 uncertain, 128–255 bad.
 * `status` is the OPC UA StatusCode (OPC 10000-4 §7.39, numeric values of OPC 10000-6 annex A.2).
 */
export interface QualityEntry {
  readonly code: number;
  readonly status: number;
  readonly text: Text;
}

const entry = (code: number, status: number, en: string, zh: string): QualityEntry => ({
  code,
  status,
  text: { en, zh },
});

export const qualities = {
  absent: entry(0, 0x00a50000, 'not read this time', '本次未读'),

  good: entry(1, 0x00000000, 'good', '正常'),
  'good-local-override': entry(2, 0x00960000, 'set by hand', '人工置数'),
  'good-edited': entry(3, 0x00dc0000, 'simulated or edited', '仿真或修改'),

  uncertain: entry(64, 0x40000000, 'uncertain', '不确定'),
  'uncertain-over-range': entry(65, 0x40940000, 'above the measuring range', '超量程上限'),
  'uncertain-under-range': entry(66, 0x40940000, 'below the measuring range', '低于量程下限'),
  'uncertain-jump': entry(67, 0x40930000, 'changed faster than is possible', '突变'),
  'uncertain-stuck': entry(68, 0x40950000, 'has not moved for too long', '数值不变'),
  'uncertain-resync': entry(69, 0x40930000, 'read while the line was resynchronising', '线路重新同步期间读取'),
  'uncertain-precision': entry(70, 0x40930000, 'beyond what a number can hold exactly', '超出精确表示范围'),
  'uncertain-device-clock': entry(71, 0x40930000, "device's own time not believed", '设备时间不可信'),
  'uncertain-last-usable': entry(72, 0x40900000, 'last usable value', '最后可用值'),
  'uncertain-substitute': entry(73, 0x40910000, 'substitute value', '替代值'),
  'uncertain-initial': entry(74, 0x40920000, 'initial value', '初始值'),
  'uncertain-inaccurate': entry(75, 0x40930000, 'sensor not accurate', '传感器不准'),
  'uncertain-function-check': entry(76, 0x40930000, 'read during maintenance or calibration', '检修或标校期间读取'),

  bad: entry(128, 0x80000000, 'bad', '无效'),
  'bad-not-connected': entry(129, 0x808a0000, 'link not connected', '链路未连接'),
  'bad-no-answer': entry(130, 0x80310000, 'device does not answer', '设备无应答'),
  'bad-device-failure': entry(131, 0x808b0000, 'device reports a failure', '设备故障'),
  'bad-sensor-failure': entry(132, 0x808c0000, 'sensor failure', '传感器故障'),
  'bad-configuration': entry(133, 0x80890000, 'the device does not have this address', '设备无此地址'),
  'bad-out-of-service': entry(134, 0x808d0000, 'out of service', '停用'),
  'bad-decoding': entry(135, 0x80070000, 'the bytes are no value of this type', '数据无法解码'),
  'bad-function-check': entry(136, 0x80000000, 'calibration or function check', '标校或功能检查'),
  'bad-waiting': entry(137, 0x80320000, 'waiting for the first reading', '等待首次读数'),
  'bad-frame': entry(138, 0x80310000, 'answer damaged on the line', '应答报文损坏'),
  'bad-formula': entry(139, 0x80000000, 'an input of the formula is bad', '公式输入无效'),
} as const satisfies Record<string, QualityEntry>;

export type QualityName = keyof typeof qualities;

/** The byte stored for a quality: `Quality.good`, `Quality['bad-no-answer']`. */
export const Quality = Object.fromEntries(Object.entries(qualities).map(([name, { code }]) => [name, code])) as {
  readonly [Name in QualityName]: (typeof qualities)[Name]['code'];
};

const nameByCode = new Map<number, QualityName>(
  Object.entries(qualities).map(([name, { code }]) => [code, name as QualityName]),
);

/** The name a quality byte has in interfaces and files; a byte of a newer release reads as its class. */
export function qualityName(code: number): QualityName {
  return nameByCode.get(code) ?? (code >= 128 ? 'bad' : code >= 64 ? 'uncertain' : 'good');
}

/** The OPC UA StatusCode of a quality byte. */
export function qualityStatus(code: number): number {
  return qualities[qualityName(code)].status;
}

export const isGood = (code: number): boolean => code >= 1 && code < 64;
export const isUncertain = (code: number): boolean => code >= 64 && code < 128;
export const isBad = (code: number): boolean => code >= 128;
/** True when the slot holds a number: good or uncertain. */
export const hasValue = (code: number): boolean => code >= 1 && code < 128;
