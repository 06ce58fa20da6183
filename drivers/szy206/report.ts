import { type Frame, hexText } from './frame.js';
import { decodeNumber, type ToldValue } from './number-field.js';
import { numberBytes, type Quantity, voltage } from './quantities.js';
import { longTagBytes, readTimeTag, shortTagBytes } from './time-tag.js';

/** Functions of SL/T 427-2021 annex A that a station sends by itself and that are read here. */
export const functionCode = { link: 0x02, alarm: 0x81, manual: 0x82, voltage: 0x84, report: 0xc0 } as const;

/** What a link test says: logs in, logs out, is still there. */
export const linkStates: Readonly<Record<number, string>> = { 0xf0: 'login', 0xf1: 'logout', 0xf2: 'keep-alive' };

export type TimeTagForm = 'auto' | 'short' | 'long';

export interface ReportOptions {
  readonly zoneMinutes: number;
  readonly timeTag: TimeTagForm;
  /** ms UTC. */
  readonly now: number;
}

export interface Report {
  readonly kind: 'values';
  /** What the numbers are. */
  readonly type: number;
  /** Each in its own bytes, in the order they stand. */
  readonly numbers: readonly Uint8Array[];
  /** Two bytes of alarms and two of the station's state, each the lowest first. */
  readonly alarm: number | undefined;
  readonly state: number | undefined;
  /** ms UTC by the station. */
  readonly at: number | undefined;
  /** Bytes of its time tag, and of that of the answer. */
  readonly tagBytes: number;
}

export type ReportFinding =
  | Report
  | { readonly kind: 'link'; readonly state: number }
  /** A function, or a type of values, that is not read here. */
  | { readonly kind: 'unsupported'; readonly why: string; readonly tagBytes: number | undefined };

const statusBytes = 4;

/**
 * What a frame of a station reports. C0H and 82H: numbers, alarms, state, time tag (§7.5.6). 81H: alarms, numbers, state,
 * time tag (§7.5.2). 84H: two bytes of voltage alone (table B.98, and a published frame). 02H: one byte.
 */
export function readReport({ code, type, data, isDivided }: Frame, options: ReportOptions): ReportFinding {
  if (isDivided) return unsupported('it is one of several frames of one message');
  switch (code) {
    case functionCode.link:
      return { kind: 'link', state: data[0] ?? 0 };
    case functionCode.voltage:
      if (data.length !== voltage.bytes) return unsupported(`its voltage has ${data.length} bytes, not 2`);
      return { kind: 'values', type: voltage.type, numbers: [data], ...noStatus, at: undefined, tagBytes: 0 };
    case functionCode.report:
    case functionCode.alarm:
    case functionCode.manual:
      return readValues(code, type, data, options);
    default:
      return unsupported(`function ${hexText(code)} is not known here`);
  }
}

const noStatus = { alarm: undefined, state: undefined } as const;

const unsupported = (why: string, tagBytes?: number): ReportFinding => ({ kind: 'unsupported', why, tagBytes });

function readValues(code: number, type: number, data: Uint8Array, options: ReportOptions): ReportFinding {
  const each = numberBytes(type);
  const tagBytes = tagBytesOf(data, each, options);
  if (each === undefined) return unsupported(`values of type ${type} are not read here`, tagBytes);
  if (tagBytes === undefined) return unsupported(`${data.length} bytes are no values of type ${type} with a time`);
  const body = Buffer.from(data.subarray(0, data.length - tagBytes));
  const alarmAt = code === functionCode.alarm ? 0 : body.length - statusBytes;
  const numbersAt = code === functionCode.alarm ? 2 : 0;
  const numbersEnd = numbersAt + body.length - statusBytes;
  return {
    kind: 'values',
    type,
    numbers: Array.from({ length: (numbersEnd - numbersAt) / each }, (_, n) =>
      body.subarray(numbersAt + n * each, numbersAt + (n + 1) * each),
    ),
    alarm: body.readUInt16LE(alarmAt),
    state: body.readUInt16LE(body.length - 2),
    at: readTimeTag(data.subarray(-tagBytes), options.zoneMinutes, options.now),
    tagBytes,
  };
}

/**
 * How long the time tag is: the one of the two lengths that leaves whole numbers and is a time. Undefined when neither
 * or both are; then the site file has to say which.
 */
function tagBytesOf(data: Uint8Array, each = 1, { timeTag, zoneMinutes, now }: ReportOptions): number | undefined {
  const possible = [
    ...(timeTag === 'long' ? [] : [shortTagBytes]),
    ...(timeTag === 'short' ? [] : [longTagBytes]),
  ].filter((bytes) => {
    const numbers = data.length - bytes - statusBytes;
    const isWhole = numbers >= each && numbers % each === 0;
    return isWhole && (timeTag !== 'auto' || readTimeTag(data.subarray(-bytes), zoneMinutes, now) !== undefined);
  });
  return possible.length === 1 ? possible[0] : undefined;
}

/** The value a quantity has in a report: the `number`th of its kind, the first is 1. Undefined when it has none. */
export function valueIn(report: Report, quantity: Quantity, number: number): ToldValue | undefined {
  if (report.type !== quantity.type) return undefined;
  const [of, which] = quantity.turn ?? [1, 0];
  const bytes = report.numbers[(number - 1) * of + which];
  return bytes && decodeNumber(bytes, quantity);
}
