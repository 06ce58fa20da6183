/** Characters of GBK by their two bytes, made from what the runtime decodes: it has no encoder of its own. */
let bytesOf: ReadonlyMap<string, readonly [number, number]> | undefined;

function table(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder('gbk');
  const made = new Map<string, readonly [number, number]>();
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      if (low === 0x7f) continue;
      const letter = decoder.decode(Uint8Array.of(high, low));
      if (letter.length === 1 && letter !== '\uFFFD' && !made.has(letter)) made.set(letter, [high, low]);
    }
  }
  return made;
}

/** A text as a Chinese Windows writes it. Throws on a character GBK does not have. */
export function toGbk(text: string): Buffer {
  bytesOf ??= table();
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else {
      const pair = bytesOf.get(letter);
      if (!pair) throw new RangeError(`GBK has no ${letter}`);
      bytes.push(...pair);
    }
  }
  return Buffer.from(bytes);
}
