import { crc16 } from '../../../../drivers/modbus/rtu-framing.js';
import type { Heard } from '../../../../drivers/modbus/listen/heard.js';
import { Eavesdropper, type EavesdropperOptions } from '../../../../drivers/modbus/listen/eavesdropper.js';

export function rtu(...bytes: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
}

const wordBytes = (word: number): [number, number] => [word >> 8, word & 0xff];

export const readRequest = (unit: number, functionCode: number, start: number, count: number): Uint8Array =>
  rtu(unit, functionCode, ...wordBytes(start), ...wordBytes(count));

export const registersReply = (unit: number, functionCode: number, words: readonly number[]): Uint8Array =>
  rtu(unit, functionCode, words.length * 2, ...words.flatMap(wordBytes));

export const bitsReply = (unit: number, functionCode: number, ...packed: readonly number[]): Uint8Array =>
  rtu(unit, functionCode, packed.length, ...packed);

export const exceptionReply = (unit: number, functionCode: number, code: number): Uint8Array =>
  rtu(unit, functionCode | 0x80, code);

/** Bytes on the line from this time on. */
export interface Said {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export const ears = (options: Partial<EavesdropperOptions> = {}): Eavesdropper =>
  new Eavesdropper({ framing: 'rtu', breakMs: 150, askAgainMs: 100, latenessMs: 1500, ...options });

/** Everything that is made of it, and of the silence after it. */
export function transcript(said: readonly Said[], ear = ears()): Heard[] {
  const heard = said.flatMap(({ atMs, bytes }) => ear.hear(bytes, atMs));
  return [...heard, ...ear.pass((said.at(-1)?.atMs ?? 0) + 60_000)];
}

/** A transcript in short: `request 1/3 0+2`, `reply 1/3 0+2 0001 0002`. */
export function shortly(one: Heard): string {
  if (one.kind === 'damaged') return `damaged ${one.bytes.length}`;
  if (one.kind === 'stray') return `stray ${one.unit}/${one.functionCode}`;
  const { unit, functionCode, reads, writes } = one.asked;
  const place = reads
    ? ` ${reads.start}+${reads.end - reads.start}`
    : writes
      ? ` ${writes.start}=${writes.values.join()}`
      : '';
  const tail = one.kind === 'reply' && one.data.length > 0 ? ` ${Buffer.from(one.data).toString('hex')}` : '';
  const code = one.kind === 'exception' ? ` code ${one.code}` : '';
  const doubt = (one.kind === 'reply' && one.isDoubtful) || (one.kind === 'request' && !one.isCertain) ? '?' : '';
  return `${one.kind}${doubt} ${unit}/${functionCode}${place}${tail}${code}`;
}
