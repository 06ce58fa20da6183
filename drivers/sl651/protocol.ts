import type { Text } from '../../gateway/contract/index.js';

/** Control characters of SL 651-2014 table 10. */
export const control = {
  soh: 0x01,
  stx: 0x02,
  /** The last message, nothing follows. */
  etx: 0x03,
  /** Ends the conversation: the station may hang up. */
  eot: 0x04,
  enq: 0x05,
  ack: 0x06,
  /** Asks for a packet again. */
  nak: 0x15,
  /** In place of STX where a message comes in several packets. */
  syn: 0x16,
  /** More packets follow. */
  etb: 0x17,
  /** The station stays online. */
  esc: 0x1b,
} as const;

/** Reports of SL 651-2014 annex B that a station sends by itself and that are understood here. */
export const reports = {
  0x2f: { en: 'keep-alive', zh: '链路维持报' },
  0x30: { en: 'test report', zh: '测试报' },
  0x31: { en: 'uniform interval report', zh: '均匀时段水文信息报' },
  0x32: { en: 'timed report', zh: '定时报' },
  0x33: { en: 'extra report', zh: '加报报' },
  0x34: { en: 'hourly report', zh: '小时报' },
  0x35: { en: 'manual report', zh: '人工置数报' },
  0x36: { en: 'picture report', zh: '图片报' },
  0x46: { en: 'status', zh: '状态和报警信息' },
  0x4a: { en: 'clock', zh: '时钟' },
  0x51: { en: 'clock', zh: '时钟' },
} as const satisfies Readonly<Record<number, Text>>;

export const isKnownReport = (code: number): code is keyof typeof reports => code in reports;

export const keepAlive = 0x2f;
export const uniformReport = 0x31;

/** A byte as the standard writes it: `2FH`. */
export const hexText = (byte: number): string => `${byte.toString(16).padStart(2, '0').toUpperCase()}H`;
