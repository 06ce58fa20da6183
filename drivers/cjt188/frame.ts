/** CJ/T 188-2004, and 2018 alike: `68 T A0…A6 C L DATA CS 16`. Unlike DL/T 645, data is sent as it is. */

const start = 0x68;
const end = 0x16;
const preambleByte = 0xfe;
const addressBytes = 7;
/** Start, meter type, address, control and length: what stands before the data. */
const headBytes = 11;
/** Checksum and end. */
const tailBytes = 2;
/** Longest data field of an answer to a reading, 64H. */
export const dataBytesMax = 100;
/** Bytes of a frame beside its data and preamble. */
export const frameOverheadBytes = headBytes + tailBytes;

export interface Frame {
  /** Sort of meter: 10H to 19H water, 20H to 29H heat, 30H to 39H gas; AAH asks any. */
  readonly meterType: number;
  /** 14 digits, A6 first: four of the maker, ten of the meter. */
  readonly address: string;
  readonly control: number;
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
export function encodeFrame({ meterType, address, control, data }: Frame, preamble: number): Uint8Array {
  const addressOnWire = Uint8Array.from(Buffer.from(address, 'hex')).reverse();
  const body = [start, meterType, ...addressOnWire, control, data.length, ...data];
  return Uint8Array.from([...Array<number>(preamble).fill(preambleByte), ...body, sum(body), end]);
}

/**
 * The frames in what came, each as long as its length byte says. What is damaged, or not whole yet, hides none that
 * follows. Never throws.
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
  const [meterType, control, length] = [head[1] as number, head[9] as number, head[10] as number];
  if (length > dataBytesMax) return undefined;
  const whole = headBytes + length + tailBytes;
  const bytes = received.subarray(at, at + whole);
  if (bytes.length < whole) return { kind: 'incomplete', missing: whole - bytes.length };
  const [is, last] = [bytes[whole - 2] as number, bytes[whole - 1] as number];
  if (last !== end) return { kind: 'end', is: last };
  const shouldBe = sum(bytes.subarray(0, -tailBytes));
  if (is !== shouldBe) return { kind: 'checksum', is, shouldBe };
  const address = Buffer.from(Uint8Array.from(head.subarray(2, 2 + addressBytes)).reverse());
  return {
    meterType,
    address: address.toString('hex').toUpperCase(),
    control,
    data: bytes.slice(headBytes, headBytes + length),
    bytes: bytes.slice(),
  };
}

const sum = (bytes: Iterable<number>): number => {
  let total = 0;
  for (const byte of bytes) total = (total + byte) & 0xff;
  return total;
};
