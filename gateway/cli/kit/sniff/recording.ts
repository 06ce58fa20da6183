/**
 * What `sluice sniff --save` writes and `--replay` reads: JSON, one value a line, UTF-8.
 *
 *     {"recording":"sluice sniff","version":1,"at":"2026-11-22T08:00:00.000Z","address":"serial:/dev/ttyUSB0",
 *      "framing":"rtu","serial":{"baud":9600,"parity":"none","dataBits":8,"stopBits":1,"rs485":"none"}}   (one line)
 *     [0,"010300000002c40b"]        ms since the beginning, to the microsecond; bytes as hex, as they arrived
 *     [12.204,"01030400010002"]
 *     [30000]                       the end; missing when the recording broke off
 */

/** The first line. */
export interface RecordingHead {
  readonly recording: 'sluice sniff';
  readonly version: 1;
  /** UTC. */
  readonly at: string;
  readonly address: string;
  readonly framing: 'rtu' | 'ascii';
  readonly serial: Readonly<Record<string, unknown>>;
}

/** Bytes that arrived at `ms`, or the end where there are none. */
export interface Recorded {
  readonly ms: number;
  readonly bytes?: Uint8Array;
}

/** To the microsecond, so that what is recorded is what was decoded. */
export const recordedMs = (ms: number): number => Math.round(ms * 1000) / 1000;

export const headLine = (head: RecordingHead): string => `${JSON.stringify(head)}\n`;

export const recordedLine = ({ ms, bytes }: Recorded): string =>
  `${JSON.stringify(bytes ? [ms, Buffer.from(bytes).toString('hex')] : [ms])}\n`;

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The first line of a recording; undefined when it is none of this version. */
export function parseHead(line: string): RecordingHead | undefined {
  const head = parsed(line) as Partial<RecordingHead> | null | undefined;
  if (head?.recording !== 'sluice sniff' || head.version !== 1) return undefined;
  const isWhole = typeof head.address === 'string' && typeof head.serial === 'object';
  return isWhole && (head.framing === 'rtu' || head.framing === 'ascii') ? (head as RecordingHead) : undefined;
}

/** Any other line; undefined when it is none. Times before `afterMs` are none: a recording goes on. */
export function parseRecorded(line: string, afterMs: number): Recorded | undefined {
  const entry = parsed(line);
  if (!Array.isArray(entry)) return undefined;
  const [ms, hex] = entry as unknown[];
  if (typeof ms !== 'number' || !(ms >= afterMs)) return undefined;
  if (hex === undefined) return { ms };
  return typeof hex === 'string' && /^([0-9a-f]{2})+$/.test(hex) ? { ms, bytes: Buffer.from(hex, 'hex') } : undefined;
}
