import { type BinaryField, readField } from './binary-fields.js';
import { hasRightChecksum, type PlacedChecksum } from './byte-range.js';
import type { MessageFormat, Step } from './message-format.js';

/** Bytes a message begins or ends with; undefined is any byte. */
export type ByteMask = readonly (number | undefined)[];

/** A fixed number of bytes, or a field that says how many: all bytes of the message are its value + `plus`. */
export type MessageLength = number | (BinaryField & { readonly plus: number });

export interface BinaryMessageSpec {
  readonly header: ByteMask;
  readonly trailer: ByteMask;
  readonly length: MessageLength;
  readonly lengthMax: number;
  readonly fields: Readonly<Record<string, BinaryField>>;
  /** Bytes up to the end of the last field, length field and marks: a shorter message is none. */
  readonly lengthMin: number;
  readonly checksum?: PlacedChecksum | undefined;
}

/** Frames found by header and length. What begins like one and is none costs its first byte, not the frame after it. */
export function binaryMessages(spec: BinaryMessageSpec): MessageFormat {
  const { header, length, lengthMin, lengthMax } = spec;
  const lengthKnownAt = typeof length === 'number' ? 0 : lengthFieldEnd(length);
  const totalOf = (message: Uint8Array): number =>
    typeof length === 'number' ? length : readField(length, message) + length.plus;
  return {
    bytesMax: lengthMax,
    isEndMarkedOnly: false,
    next(bytes, from) {
      for (let at = from; at < bytes.length; at += 1) {
        if (!matchesMask(bytes, header, at)) continue;
        const rest = bytes.subarray(at);
        if (rest.length < Math.max(header.length, lengthKnownAt)) return { kind: 'wanting', from: at };
        const total = totalOf(rest);
        if (!(total >= lengthMin && total <= lengthMax)) continue;
        return rest.length < total ? { kind: 'wanting', from: at } : readMessage(spec, rest.subarray(0, total), at);
      }
      return { kind: 'wanting', from: bytes.length };
    },
  };
}

const widthOf = { 8: 1, 16: 2, 24: 3, 32: 4 } as const;

/** The byte after a field. */
export const lengthFieldEnd = ({ offset, type }: BinaryField): number =>
  offset + widthOf[Number(type.replace(/\D+/, '')) as keyof typeof widthOf];

function readMessage(spec: BinaryMessageSpec, message: Uint8Array, start: number): Step {
  if (!matchesMask(message, spec.trailer, message.length - spec.trailer.length)) {
    return { kind: 'damaged', end: start + 1, why: 'wrong end' };
  }
  if (spec.checksum && !hasRightChecksum(spec.checksum, message)) {
    return { kind: 'damaged', end: start + 1, why: 'wrong checksum' };
  }
  const fields = new Map(Object.entries(spec.fields).map(([name, field]) => [name, readField(field, message)]));
  return { kind: 'message', start, end: start + message.length, fields };
}

/** Whether the bytes that are there do not contradict the mask. */
const matchesMask = (bytes: Uint8Array, mask: ByteMask, at: number): boolean =>
  mask.every((byte, n) => byte === undefined || at + n >= bytes.length || bytes[at + n] === byte);
