import { latin1Bytes, readLetter } from './byte-text.js';
import { type ChecksumName, checksumNames, writeChecksum } from './checksums.js';
import { formatUnit, parseUnitForm, type UnitForm } from './unit-form.js';

type RequestPart =
  | { readonly kind: 'bytes'; readonly bytes: readonly number[] }
  | { readonly kind: 'unit'; readonly form: UnitForm }
  | { readonly kind: 'checksum'; readonly name: ChecksumName; readonly from: number };

/** What is sent to ask for a message, as plain data; `hex` are bytes written in hex, with unit and checksum binary. */
export interface RequestTemplate {
  readonly isHex: boolean;
  readonly parts: readonly RequestPart[];
}

const hexPrefix = /^hex(\s+|$)/;
const checksumPattern = new RegExp(`^(${checksumNames.join('|')})(?::(\\d{1,3}))?$`);

/**
 * `W{unit:2}\r\n` or `hex 02 {unit} 52 {crc16-modbus} 03`. `{sum8}` and its kind stand for the checksum of all bytes
 * before it, `{xor:1}` of those from byte 1 on. Undefined when it is neither.
 */
export function parseRequest(written: string): RequestTemplate | undefined {
  const isHex = hexPrefix.test(written);
  const text = written.replace(hexPrefix, '');
  const parts: RequestPart[] = [];
  for (let at = 0; at < text.length; ) {
    const pair = text.slice(at, at + 2);
    if (isHex && text[at] === ' ') {
      at += 1;
    } else if (text[at] === '{' && pair !== '{{') {
      const end = text.indexOf('}', at);
      const part = end < 0 ? undefined : parsePlaceholder(text.slice(at + 1, end));
      if (!part) return undefined;
      parts.push(part);
      at = end + 1;
    } else if (isHex) {
      if (!/^[0-9a-fA-F]{2}$/.test(pair)) return undefined;
      parts.push({ kind: 'bytes', bytes: [Number.parseInt(pair, 16)] });
      at += 2;
    } else {
      const read = pair === '{{' || pair === '}}' ? { letter: pair.slice(1), end: at + 2 } : readLetter(text, at);
      if (!read) return undefined;
      parts.push({ kind: 'bytes', bytes: [read.letter.charCodeAt(0)] });
      at = read.end;
    }
  }
  return parts.length > 0 ? { isHex, parts } : undefined;
}

function parsePlaceholder(text: string): RequestPart | undefined {
  const form = parseUnitForm(text);
  if (form) return { kind: 'unit', form };
  const match = checksumPattern.exec(text);
  return match ? { kind: 'checksum', name: match[1] as ChecksumName, from: Number(match[2] ?? 0) } : undefined;
}

/** The bytes of a request to this unit. */
export function writeRequest({ isHex, parts }: RequestTemplate, unit: number): Uint8Array {
  let written = new Uint8Array();
  for (const part of parts) written = Uint8Array.from([...written, ...bytesOf(part, isHex, unit, written)]);
  return written;
}

function bytesOf(part: RequestPart, isHex: boolean, unit: number, before: Uint8Array): Uint8Array {
  switch (part.kind) {
    case 'bytes':
      return Uint8Array.from(part.bytes);
    case 'unit':
      return isHex ? Uint8Array.of(unit) : latin1Bytes(formatUnit(part.form, unit));
    case 'checksum':
      return writeChecksum({ name: part.name, as: isHex ? 'binary' : 'hex' }, before.subarray(part.from));
  }
}
