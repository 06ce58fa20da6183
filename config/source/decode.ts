import type { Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export type Decoded =
  | { readonly text: string; readonly encoding: Encoding }
  | { readonly what: Text; readonly remedy: Text };

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

function tryDecode(bytes: Uint8Array, encoding: Encoding): Decoded | undefined {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch {
    return undefined;
  }
}

/**
 * The text of a file as editors and Excel on Chinese Windows save it: UTF-8 with or without a byte order mark, UTF-16
 * with one, or GBK/GB18030. Strict UTF-8 is tried first: GBK text that happens to be valid UTF-8 does not occur in
 * practice beyond pure ASCII, which is the same in both. Zero bytes without a mark are no text.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const marked = startsWith(bytes, 0xff, 0xfe) ? 'utf-16le' : startsWith(bytes, 0xfe, 0xff) ? 'utf-16be' : undefined;
  const decoded = marked
    ? tryDecode(bytes, marked)
    : bytes.includes(0)
      ? undefined
      : (tryDecode(bytes, 'utf-8') ?? tryDecode(bytes, 'gb18030'));
  return (
    decoded ?? {
      what: text((m) => m.problem.notText()),
      remedy: text((m) => m.remedy.saveAsUtf8()),
    }
  );
}
