import type { Segment } from './segment.js';

/** Packets one message may have; of more, each is taken for a message of its own. */
const packetsMax = 32;
/** Messages of one station that may be incomplete; the oldest beyond is given up. */
const messagesMax = 4;
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
  readonly packets: readonly Packet[];
}

interface Packet {
  readonly segment: Segment;
  readonly bytes: Uint8Array;
}

interface Collected {
  readonly sinceMs: number;
  readonly of: number;
  readonly packets: Map<number, Packet>;
}

/**
 * Joins the packets of one station's messages (`PNUM`, `PNO`). What is given up incomplete is handed on as far as it
 * came: its packets have been acknowledged and come no more. Holds at most 4 messages of 32 KiB.
 */
export class Packets {
  readonly #collected = new Map<string, Collected>();

  /** Whole messages this packet makes, and those that are given up for it. */
  take(segment: Segment, bytes: Uint8Array, nowMs: number): Message[] {
    const { packet, qn = '', cn } = segment;
    const key = `${qn}/${cn}`;
    const given = this.giveUp((one, of) => nowMs - one.sinceMs >= patienceMs || (of === key && one.of !== packet.of));
    if (packet.of === 1 || packet.of > packetsMax) return [...given, join([{ segment, bytes }], 1)];
    const collected = this.#collected.get(key) ?? { sinceMs: nowMs, of: packet.of, packets: new Map() };
    this.#collected.set(key, collected);
    collected.packets.set(packet.number, { segment, bytes });
    if (collected.packets.size === packet.of) given.push(...this.giveUp((one) => one === collected));
    const [oldest] = this.#collected.values();
    if (this.#collected.size > messagesMax) given.push(...this.giveUp((one) => one === oldest));
    return given;
  }

  /**
   * A message could not be stored: it waits again with the packets it had, but for the one that is not acknowledged and
   * comes again. While 4 wait, it is lost.
   */
  putBack({ packets, missing }: Message, unacknowledged: Segment | undefined, nowMs: number): void {
    const left = packets.filter(({ segment }) => segment !== unacknowledged);
    const [first] = left;
    if (!first || this.#collected.size >= messagesMax) return;
    const { qn = '', cn } = first.segment;
    const known = new Map(left.map((packet) => [packet.segment.packet.number, packet]));
    this.#collected.set(`${qn}/${cn}`, { sinceMs: nowMs, of: packets.length + missing, packets: known });
  }

  /** Hands on those for which this is true, however far they are. */
  giveUp(isOver: (collected: Collected, key: string) => boolean = () => true): Message[] {
    const given: Message[] = [];
    for (const [key, collected] of this.#collected) {
      if (!isOver(collected, key)) continue;
      this.#collected.delete(key);
      const inOrder = [...collected.packets].toSorted(([one], [other]) => one - other).map(([, packet]) => packet);
      given.push(join(inOrder, collected.of));
    }
    return given;
  }
}

function join(packets: readonly Packet[], of: number): Message {
  return {
    segment: (packets[0] as Packet).segment,
    content: packets.map(({ segment }) => segment.content).join(';'),
    bytes: Buffer.concat(packets.map(({ bytes }) => bytes)),
    missing: of - packets.length,
    packets,
  };
}
