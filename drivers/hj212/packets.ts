import { Framer } from './framer.js';
import { parseSegment, type Segment } from './segment.js';

/** Packets one message may have; of more, each is taken for a message of its own. */
const packetsMax = 32;
/** Messages of one station that may be incomplete; the oldest beyond is given up. */
const messagesMax = 4;
/** Messages of several packets that were told and are not on disk yet; the packets of the oldest beyond are let go. */
const toldMax = 8;
/** ms after its first packet an incomplete message is given up. */
const patienceMs = 60_000;

/** A message as its sender meant it, its packets joined. */
export interface Message {
  readonly segment: Segment;
  /** Content of all packets, in their order. */
  readonly content: string;
  /** The frames as they came. */
  readonly bytes: Uint8Array;
  /** Packets that did not come. */
  readonly missing: number;
  /** What `stored` and `putBack` know its packets by; undefined where it is one packet, which comes again whole. */
  readonly told: number | undefined;
}

interface Packet {
  readonly segment: Segment;
  readonly bytes: Uint8Array;
}

interface Collected {
  readonly key: string;
  readonly sinceMs: number;
  readonly of: number;
  readonly packets: Map<number, Packet>;
}

/**
 * Joins the packets of one station's messages (`PNUM`, `PNO`). What is given up incomplete is handed on as far as it
 * came: its packets have been acknowledged and come no more. Holds at most 4 messages of 32 KiB that are incomplete and 8
 * that were told, until those are on disk.
 */
export class Packets {
  readonly #collected = new Map<string, Collected>();
  /** Acknowledged packets of messages that were told and are not on disk yet, the oldest first. */
  readonly #told = new Map<number, Collected>();
  #lastTold = 0;

  /** Whole messages this packet makes, and those that are given up for it. */
  take(segment: Segment, bytes: Uint8Array, nowMs: number): Message[] {
    const { packet } = segment;
    const key = keyOf(segment);
    const given = this.giveUp((one) => nowMs - one.sinceMs >= patienceMs || (one.key === key && one.of !== packet.of));
    if (packet.of === 1 || packet.of > packetsMax) return [...given, join([{ segment, bytes }], 1, undefined)];
    const collected = this.#collect(segment, bytes, nowMs);
    if (collected.packets.size === packet.of) given.push(this.#give(collected, packet.number));
    const [oldest] = this.#collected.values();
    if (this.#collected.size > messagesMax && oldest) given.push(this.#give(oldest));
    return given;
  }

  /** A message that was told is on disk. */
  stored(told: number): void {
    this.#told.delete(told);
  }

  /**
   * A message could not be stored: it waits again with the packets that were acknowledged. While 4 wait, or when 8 were
   * told after it, it is lost.
   */
  putBack(told: number, nowMs: number): void {
    const acknowledged = this.#told.get(told);
    this.#told.delete(told);
    if (!acknowledged || this.#collected.size >= messagesMax) return;
    this.#collected.set(acknowledged.key, { ...acknowledged, sinceMs: nowMs });
  }

  /** Hands on those for which this is true, however far they are. */
  giveUp(isOver: (collected: Collected) => boolean = () => true): Message[] {
    return [...this.#collected.values()].filter(isOver).map((collected) => this.#give(collected));
  }

  /** The frames of all packets that were acknowledged and are in no message on disk, as they came. */
  get frames(): string[] {
    return [...this.#told.values(), ...this.#collected.values()].flatMap(({ packets }) =>
      [...packets.values()].map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
    );
  }

  /** Takes back what `frames` said before a restart; what is none is left out. */
  restore(frames: readonly string[], nowMs: number): void {
    for (const frame of frames) {
      const [found] = new Framer().push(Buffer.from(frame, 'latin1'));
      const segment = found?.kind === 'frame' ? parseSegment(found.segment) : '';
      if (found?.kind === 'frame' && typeof segment !== 'string') this.#collect(segment, found.bytes, nowMs);
    }
  }

  #collect(segment: Segment, bytes: Uint8Array, sinceMs: number): Collected {
    const { packet } = segment;
    const key = keyOf(segment);
    const collected = this.#collected.get(key) ?? { key, sinceMs, of: packet.of, packets: new Map() };
    this.#collected.set(key, collected);
    collected.packets.set(packet.number, { segment, bytes });
    return collected;
  }

  /** `unacknowledged`: the packet that makes it whole, which comes again when it cannot be stored. */
  #give(collected: Collected, unacknowledged?: number): Message {
    this.#collected.delete(collected.key);
    const inOrder = [...collected.packets].toSorted(([one], [other]) => one - other);
    this.#lastTold += 1;
    this.#told.set(this.#lastTold, {
      ...collected,
      packets: new Map(inOrder.filter(([number]) => number !== unacknowledged)),
    });
    const [oldest] = this.#told.keys();
    if (this.#told.size > toldMax && oldest !== undefined) this.#told.delete(oldest);
    return join(
      inOrder.map(([, packet]) => packet),
      collected.of,
      this.#lastTold,
    );
  }
}

const keyOf = ({ qn = '', cn }: Segment): string => `${qn}/${cn}`;

function join(packets: readonly Packet[], of: number, told: number | undefined): Message {
  return {
    segment: (packets[0] as Packet).segment,
    content: packets.map(({ segment }) => segment.content).join(';'),
    bytes: Buffer.concat(packets.map(({ bytes }) => bytes)),
    missing: of - packets.length,
    told,
  };
}
