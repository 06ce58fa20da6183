/** How a number is written in a data field: `XXXXXX.XX`, two BCD digits a byte, the lowest byte first. */
export interface ValueFormat {
  readonly bytes: number;
  readonly decimals: number;
  /** The highest bit is the sign. */
  readonly signed: boolean;
}

/** 15 digits are as many as a number holds exactly. */
const digitsMax = 14;
const pattern = /^(X+)(?:\.(X+))?$/;

/** `XXX.XXX` as the tables of DL/T 645-2007 annex A have it; undefined when it is none of whole bytes. */
export function parseValueFormat(text: string, signed: boolean): ValueFormat | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const decimals = match[2]?.length ?? 0;
  const digits = (match[1] as string).length + decimals;
  return digits % 2 === 0 && digits <= digitsMax ? { bytes: digits / 2, decimals, signed } : undefined;
}

/** The number in exactly the bytes of this format; undefined when a digit is none, as in the FFH of a missing phase. */
export function decodeValue({ decimals, signed }: ValueFormat, bytes: Uint8Array): number | undefined {
  let digits = 0;
  let isNegative = false;
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    let byte = bytes[at] as number;
    if (signed && at === bytes.length - 1) {
      isNegative = byte >= 0x80;
      byte &= 0x7f;
    }
    const [high, low] = [byte >> 4, byte & 0x0f];
    if (high > 9 || low > 9) return undefined;
    digits = digits * 100 + high * 10 + low;
  }
  const value = digits / 10 ** decimals;
  return isNegative && value !== 0 ? -value : value;
}
