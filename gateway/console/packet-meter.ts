/** What a client may send to the broker. */
export interface PacketLimits {
  /** Bytes of one packet after its fixed header. */
  readonly bytesMax: number;
  /** Packets in one second that are no acknowledgements. */
  readonly perSecondMax: number;
}

const secondMs = 1000;
/** PUBACK, PUBREC, PUBREL, PUBCOMP: they follow what the broker sends (MQTT 3.1.1 §2.2.1). */
const acknowledgements: ReadonlySet<number> = new Set([4, 5, 6, 7]);

/**
 * Follows the packets in an MQTT byte stream by their fixed headers (MQTT 3.1.1 §2.2), however they are cut into chunks,
 * because the broker library itself buffers a packet of up to 256 MB before it looks at it.
 */
export class PacketMeter {
  readonly #limits: PacketLimits;
  #type: number | undefined;
  #length = 0;
  #factor = 1;
  /** Bytes of the packet under way that are still to come. */
  #rest = 0;
  #secondFrom = Number.NEGATIVE_INFINITY;
  #inSecond = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** Takes the next bytes at a time of the monotonic clock. Says why the client should be dropped, or nothing. */
  take(chunk: Uint8Array, now: number): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const skipped = Math.min(this.#rest, chunk.length - at);
        this.#rest -= skipped;
        at += skipped;
        continue;
      }
      const excess = this.#header(chunk[at] as number, now);
      if (excess) return excess;
      at += 1;
    }
    return undefined;
  }

  /** One byte of a fixed header: first the type, then the length, seven bits a byte, least significant first. */
  #header(byte: number, now: number): string | undefined {
    if (this.#type === undefined) {
      this.#type = byte >> 4;
      this.#length = 0;
      this.#factor = 1;
      return undefined;
    }
    this.#length += (byte & 0x7f) * this.#factor;
    this.#factor *= 0x80;
    if (this.#length > this.#limits.bytesMax) return `a packet of more than ${this.#limits.bytesMax} bytes`;
    if ((byte & 0x80) !== 0) return undefined;
    this.#rest = this.#length;
    const type = this.#type;
    this.#type = undefined;
    return acknowledgements.has(type) ? undefined : this.#count(now);
  }

  #count(now: number): string | undefined {
    if (now - this.#secondFrom >= secondMs) {
      this.#secondFrom = now;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    return this.#inSecond > this.#limits.perSecondMax
      ? `more than ${this.#limits.perSecondMax} packets a second`
      : undefined;
  }
}
