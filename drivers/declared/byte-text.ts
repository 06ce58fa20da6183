/** Bytes as characters of the same number, so that a pattern may name any byte. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

export const latin1Bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** One character of a written text at `at`, with `\r`, `\n`, `\t`, `\\` and `\x02` read; undefined when it is none. */
export function readLetter(text: string, at: number): { readonly letter: string; readonly end: number } | undefined {
  const first = text[at] as string;
  if (first !== '\\') return first.charCodeAt(0) > 0xff ? undefined : { letter: first, end: at + 1 };
  const second = text[at + 1] ?? '';
  const plain = escapes[second];
  if (plain !== undefined) return { letter: plain, end: at + 2 };
  const digits = text.slice(at + 2, at + 4);
  if (second !== 'x' || !/^[0-9a-fA-F]{2}$/.test(digits)) return undefined;
  return { letter: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 4 };
}

/** `\r\n`, `\x03`, `kg` → its bytes as characters; undefined when something in it is no byte. */
export function parseLiteral(text: string): string | undefined {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const read = readLetter(text, at);
    if (!read) return undefined;
    out += read.letter;
    at = read.end;
  }
  return out;
}
