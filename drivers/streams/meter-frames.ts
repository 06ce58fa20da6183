/** What the frames of DL/T 645 and CJ/T 188 have in common: 68H, a length byte, a sum over all before it, 16H. */

export const meterStart = 0x68;
const end = 0x16;
/** Wakes a receiver that sleeps; stands before a frame. */
const preambleByte = 0xfe;
/** Checksum and end. */
const tailBytes = 2;

/** Something that begins like a frame and is none. */
export type FrameDamage =
  | { readonly kind: 'checksum'; readonly is: number; readonly shouldBe: number }
  | { readonly kind: 'end'; readonly is: number }
  | { readonly kind: 'incomplete'; readonly missing: number };

export interface FrameScan<Found> {
  readonly frames: readonly Found[];
  /** What tells most of what is not within a whole frame: any start byte in noise looks incomplete. */
  readonly damage: FrameDamage | undefined;
}

interface FoundBytes {
  /** The frame as it came, without preamble. */
  readonly bytes: Uint8Array;
}

/**
 * The frames in what came. Each is as long as its length byte says: 68H and 16H occur within data. What is damaged, or
 * not whole yet, hides none that follows. `frameAt` gives the frame that begins at a place, what is wrong with it, or
 * undefined where none begins. Never throws.
 */
export function scanMeterFrames<Found extends FoundBytes>(
  received: Uint8Array,
  frameAt: (received: Uint8Array, at: number) => Found | FrameDamage | undefined,
): FrameScan<Found> {
  const frames: Found[] = [];
  let damage: FrameDamage | undefined;
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

const tellingOrder: readonly FrameDamage['kind'][] = ['incomplete', 'end', 'checksum'];

function moreTelling(known: FrameDamage | undefined, next: FrameDamage | undefined): FrameDamage | undefined {
  if (!known || !next) return known ?? next;
  return tellingOrder.indexOf(next.kind) > tellingOrder.indexOf(known.kind) ? next : known;
}

/** The bytes of the frame that begins at a place, of `length` bytes before its checksum; or what is wrong with it. */
export function wholeFrame(received: Uint8Array, at: number, length: number): FoundBytes | FrameDamage {
  const whole = length + tailBytes;
  const bytes = received.slice(at, at + whole);
  if (bytes.length < whole) return { kind: 'incomplete', missing: whole - bytes.length };
  const [is, last] = [bytes[whole - 2] as number, bytes[whole - 1] as number];
  if (last !== end) return { kind: 'end', is: last };
  const shouldBe = sumOf(bytes.subarray(0, -tailBytes));
  return is === shouldBe ? { bytes } : { kind: 'checksum', is, shouldBe };
}

/** A frame as it is sent: preamble, everything before the checksum, checksum and end. */
export const closedFrame = (body: readonly number[], preamble: number): Uint8Array =>
  Uint8Array.from([...Array<number>(preamble).fill(preambleByte), ...body, sumOf(body), end]);

function sumOf(bytes: Iterable<number>): number {
  let total = 0;
  for (const byte of bytes) total = (total + byte) & 0xff;
  return total;
}

/** The same, for a technician. */
export function frameDamageText(damage: FrameDamage): string {
  const remedy = 'check termination, shield, speed and parity';
  switch (damage.kind) {
    case 'checksum':
      return `a reply with a wrong checksum came (${byteText(damage.is)}, should be ${byteText(damage.shouldBe)}); ${remedy}`;
    case 'end':
      return `a reply came whose length byte is wrong (${byteText(damage.is)} stands where 16H should); ${remedy}`;
    case 'incomplete':
      return `a reply came of which ${damage.missing} bytes are missing; ${remedy}, or raise \`timeout\``;
  }
}

/** A byte as meter standards write it: `91H`. */
export const byteText = (byte: number): string => `${byte.toString(16).padStart(2, '0').toUpperCase()}H`;
