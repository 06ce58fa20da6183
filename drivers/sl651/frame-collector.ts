import { crc16 } from './crc16.js';
import type { Frame, Packet } from './frame.js';
import { type Head, headAt, readDigits, readNumber } from './frame-head.js';
import { control, hexText } from './protocol.js';

/** Something that begins like a message and is none. */
export type FrameDamage =
  | { readonly kind: 'checksum'; readonly station: string; readonly is: number; readonly shouldBe: number }
  | { readonly kind: 'end'; readonly station: string; readonly is: number }
  | { readonly kind: 'direction'; readonly is: number }
  | { readonly kind: 'incomplete'; readonly station: string; readonly missing: number };

export interface Collected {
  readonly frames: readonly Frame[];
  readonly damages: readonly FrameDamage[];
  /** Bytes that belong to no message: registration and heartbeats of a DTU, noise, what is left of damaged messages. */
  readonly stray: number;
}

/** End marks a station may send; the checksum covers it. */
const ends: ReadonlySet<number> = new Set([
  control.etx,
  control.etb,
  control.enq,
  control.eot,
  control.ack,
  control.esc,
]);

/**
 * Messages of SL 651-2014, HEX/BCD and ASCII, out of a stream of bytes, however it is cut. Each is as long as its length
 * says, since every mark occurs within data too. What is damaged hides none that follows: a whole message with a right
 * checksum is taken although an earlier beginning still waits for bytes, and that beginning is then given up. Each place
 * is looked at once and each beginning checked once. Holds less than one message of the greatest length between two
 * pieces. Never throws.
 */
export class FrameCollector {
  #held: Uint8Array = new Uint8Array(0);
  /** Places before it have been looked at. */
  #scanned = 0;
  /** Beginnings not yet whole, in order. */
  #open: Head[] = [];

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): Collected {
    this.#held = Buffer.concat([this.#held, bytes]);
    const frames: Frame[] = [];
    const damages: FrameDamage[] = [];
    let kept = 0;
    this.#scan(damages);
    for (;;) {
      const index = this.#open.findIndex(({ nextAt }) => nextAt <= this.#held.length);
      if (index < 0) break;
      const [head] = this.#open.splice(index, 1) as [Head];
      const found = checked(this.#held, head);
      if ('kind' in found) {
        damages.push(found);
        continue;
      }
      frames.push(found);
      kept += found.bytes.length;
      const passed = this.#open.filter(({ at }) => at < head.at);
      damages.push(...passed.map((one) => incomplete(this.#held, one)));
      this.#open = this.#open.filter(({ at }) => at >= head.nextAt);
      this.#scanned = Math.max(this.#scanned, head.nextAt);
    }
    const dropped = Math.min(this.#open[0]?.at ?? this.#scanned, this.#scanned);
    this.#forget(dropped);
    return { frames, damages, stray: dropped - kept };
  }

  #scan(damages: FrameDamage[]): void {
    for (; this.#scanned < this.#held.length; this.#scanned += 1) {
      const found = headAt(this.#held, this.#scanned);
      if (found === 'short') return;
      if (found === 'none') continue;
      if ('direction' in found) damages.push({ kind: 'direction', is: found.direction });
      else this.#open.push(found);
    }
  }

  #forget(count: number): void {
    this.#held = this.#held.slice(count);
    this.#scanned -= count;
    this.#open = this.#open.map((head) => ({
      ...head,
      at: head.at - count,
      bodyAt: head.bodyAt - count,
      endAt: head.endAt - count,
      nextAt: head.nextAt - count,
    }));
  }
}

const stationOf = (bytes: Uint8Array, { layout, at }: Head): string =>
  readDigits(bytes, layout, at + layout.station, 5);

const incomplete = (bytes: Uint8Array, head: Head): FrameDamage => ({
  kind: 'incomplete',
  station: stationOf(bytes, head),
  missing: head.nextAt - bytes.length,
});

/** The message of a head that is whole, or what is wrong with it. */
function checked(held: Uint8Array, head: Head): Frame | FrameDamage {
  const { layout, at, bodyAt, endAt, nextAt } = head;
  const station = stationOf(held, head);
  const end = held[endAt] as number;
  if (!ends.has(end)) return { kind: 'end', station, is: end };
  const shouldBe = crc16(held.subarray(at, endAt + 1));
  const is = readNumber(held, layout, endAt + 1, 2);
  if (is !== shouldBe) return { kind: 'checksum', station, is, shouldBe };
  const packet = packetOf(held, head);
  return {
    encoding: layout.encoding,
    centre: readNumber(held, layout, at + layout.centre, 1),
    station,
    password: readDigits(held, layout, at + layout.password, 2),
    code: readNumber(held, layout, at + layout.code, 1),
    packet,
    body: held.slice(packet ? bodyAt + packetBytes * layout.width : bodyAt, endAt),
    end,
    bytes: held.slice(at, nextAt),
  };
}

/** Two numbers of 12 bits each. */
const packetBytes = 3;

function packetOf(held: Uint8Array, { layout, bodyAt, endAt }: Head): Packet | undefined {
  if (held[bodyAt - 1] !== control.syn || endAt - bodyAt < packetBytes * layout.width) return undefined;
  const numbers = readNumber(held, layout, bodyAt, packetBytes);
  return { total: numbers >> 12, sequence: numbers & 0xfff };
}

const crcText = (value: number): string => value.toString(16).padStart(4, '0').toUpperCase();

/** The same, for a technician. */
export function frameDamageText(damage: FrameDamage): string {
  const remedy = 'check the line and the signal of the modem';
  switch (damage.kind) {
    case 'checksum': {
      const { station, is, shouldBe } = damage;
      return `a message of station ${station} has a wrong checksum (${crcText(is)}, should be ${crcText(shouldBe)}); ${remedy}`;
    }
    case 'end':
      return `a message of station ${damage.station} has a wrong length (${hexText(damage.is)} stands where its end mark should); ${remedy}`;
    case 'direction':
      return `a message came whose length begins with ${damage.is}, not with 0: it is none of a station; the line may echo what is sent`;
    case 'incomplete':
      return `${damage.missing} bytes of a message of station ${damage.station} are missing; ${remedy}`;
  }
}
