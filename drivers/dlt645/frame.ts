/** DL/T 645-2007 §5.2: `68 A0…A5 68 C L DATA CS 16`, all data bytes sent with 33H added. */

const start = 0x68;
const end = 0x16;
const preambleByte = 0xfe;
const offset = 0x33;
const addressBytes = 6;
/** Start, address, start, control and length: what stands before the data. */
const headBytes = 10;
/** Checksum and end. */
const tailBytes = 2;
/** Longest data field of an answer, §5.2.5. */
export const dataBytesMax = 200;
/** Bytes of a frame beside its data and preamble. */
export const frameOverheadBytes = headBytes + tailBytes;

/** Asks whatever meter there is, when there is one. */
export const anyAddress = 'AAAAAAAAAAAA';

export interface Frame {
  /** 12 digits as on the name plate, the highest first. */
  readonly address: string;
  readonly control: number;
  /** As meant: 33H is taken off. */
  readonly data: Uint8Array;
}

export interface FoundFrame extends Frame {
  /** The frame as it came, without preamble. */
  readonly bytes: Uint8Array;
}

/** Something that begins like a frame and is none. */
export type Damage =
  | { readonly kind: 'checksum'; readonly is: number; readonly shouldBe: number }
  | { readonly kind: 'end'; readonly is: number }
  | { readonly kind: 'incomplete'; readonly missing: number };

export interface Scan {
  readonly frames: readonly FoundFrame[];
  /** What tells most of what is not within a whole frame: any start byte in noise looks incomplete. */
  readonly damage: Damage | undefined;
}

/** A frame as it is sent, after `preamble` bytes of FEH that wake the receiver. */
export function encodeFrame({ address, control, data }: Frame, preamble: number): Uint8Array {
  const body = [start, ...addressToWire(address), start, control, data.length];
  for (const byte of data) body.push((byte + offset) & 0xff);
  return Uint8Array.from([...Array<number>(preamble).fill(preambleByte), ...body, sum(body), end]);
}

/**
 * The frames in what came. Each is as long as its length byte says: 68H and 16H occur within data. What is damaged, or
 * not whole yet, hides none that follows. Never throws.
 */
export function scanFrames(received: Uint8Array): Scan {
  const frames: FoundFrame[] = [];
  let damage: Damage | undefined;
  let at = 0;
  while (at < received.length) {
    const one = frameAt(received, at);
    if (one && 'bytes' in one) {
      frames.push(one);
      at += one.bytes.length;
    } else {
      damage = moreTelling(damage, one);
      at += 1;
    }
  }
  return { frames, damage };
}

const tellingOrder: readonly Damage['kind'][] = ['incomplete', 'end', 'checksum'];

function moreTelling(known: Damage | undefined, next: Damage | undefined): Damage | undefined {
  if (!known || !next) return known ?? next;
  return tellingOrder.indexOf(next.kind) > tellingOrder.indexOf(known.kind) ? next : known;
}

/** The frame that begins here, what is wrong with it, or undefined where none begins. */
function frameAt(received: Uint8Array, at: number): FoundFrame | Damage | undefined {
  const head = received.subarray(at, at + headBytes);
  if (head[0] !== start) return undefined;
  if (head.length < headBytes) return { kind: 'incomplete', missing: headBytes + tailBytes - head.length };
  const [length, control] = [head[9] as number, head[8] as number];
  if (head[7] !== start || length > dataBytesMax) return undefined;
  const whole = headBytes + length + tailBytes;
  const bytes = received.subarray(at, at + whole);
  if (bytes.length < whole) return { kind: 'incomplete', missing: whole - bytes.length };
  const [is, last] = [bytes[whole - 2] as number, bytes[whole - 1] as number];
  if (last !== end) return { kind: 'end', is: last };
  const shouldBe = sum(bytes.subarray(0, -tailBytes));
  if (is !== shouldBe) return { kind: 'checksum', is, shouldBe };
  const data = bytes.subarray(headBytes, headBytes + length).map((byte) => byte - offset);
  return { address: addressFromWire(head.subarray(1, 1 + addressBytes)), control, data, bytes: bytes.slice() };
}

const sum = (bytes: Iterable<number>): number => {
  let total = 0;
  for (const byte of bytes) total = (total + byte) & 0xff;
  return total;
};

const addressToWire = (address: string): Uint8Array => Uint8Array.from(Buffer.from(address, 'hex')).reverse();

const addressFromWire = (bytes: Uint8Array): string =>
  Buffer.from(Uint8Array.from(bytes).reverse()).toString('hex').toUpperCase();
