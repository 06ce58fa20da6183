/** PUBLISH (MQTT 3.1.1 §3.3). */
const publish = 3;
/** Bytes of the topic's length and of the packet identifier. */
const numberBytes = 2;
/** The remaining length of a packet has four bytes at most (§2.2.3). */
const lengthBytesMax = 4;

/**
 * What comes from a broker of MQTT 3.1.1, with the payload of messages beyond a limit replaced by a mark: topic and packet
 * identifier go on, so that the message is acknowledged and its topic known, and of the payload nothing is held. Without
 * it the library would gather up to 256 MB. With MQTT 5 the broker itself is told the limit (§3.1.2.11.4). Pure; however
 * the bytes are cut.
 */
export class PacketGate {
  readonly #payloadMax: number;
  readonly #mark: Buffer;
  /** Bytes of a packet's beginning that is not whole yet: a fixed header, or what a message that is too long keeps. */
  #begun = Buffer.alloc(0);
  /** Bytes of the packet under way that go on as they are, or go nowhere. */
  #rest = 0;
  #isDropping = false;
  #tooLong = 0;

  /** `mark`: a payload that no sender can know. */
  constructor(payloadMax: number, mark: Buffer) {
    this.#payloadMax = payloadMax;
    this.#mark = mark;
  }

  /** Messages that were too long. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** True of the payload of a message that was too long. */
  isMark(payload: Buffer): boolean {
    return payload.equals(this.#mark);
  }

  /** What goes on of these bytes. Throws when they are no MQTT. */
  push(chunk: Buffer): Buffer[] {
    const passed: Buffer[] = [];
    let bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    this.#begun = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (this.#rest === 0) {
        const begun = this.#begin(bytes, passed);
        if (begun === undefined) {
          this.#begun = Buffer.from(bytes);
          break;
        }
        bytes = bytes.subarray(begun);
        continue;
      }
      const taken = bytes.subarray(0, this.#rest);
      if (!this.#isDropping) passed.push(taken);
      this.#rest -= taken.length;
      bytes = bytes.subarray(taken.length);
    }
    return passed;
  }

  /** Looks at the beginning of a packet: bytes of it that are dealt with, or undefined when more are needed. */
  #begin(bytes: Buffer, passed: Buffer[]): number | undefined {
    const header = fixedHeader(bytes);
    if (!header) return undefined;
    const { type, hasIdentifier, headerBytes, length } = header;
    this.#isDropping = false;
    if (type !== publish || length <= this.#payloadMax) {
      passed.push(bytes.subarray(0, headerBytes));
      this.#rest = length;
      return headerBytes;
    }
    if (bytes.length < headerBytes + numberBytes) return undefined;
    const kept = numberBytes + bytes.readUInt16BE(headerBytes) + (hasIdentifier ? numberBytes : 0);
    // A topic of 65 kB alone may be beyond the limit; the payload is what counts.
    if (length - kept <= this.#payloadMax) {
      passed.push(bytes.subarray(0, headerBytes));
      this.#rest = length;
      return headerBytes;
    }
    if (bytes.length < headerBytes + kept) return undefined;
    passed.push(Buffer.from([bytes[0] as number, ...encodeLength(kept + this.#mark.length)]));
    passed.push(bytes.subarray(headerBytes, headerBytes + kept), this.#mark);
    this.#rest = length - kept;
    this.#isDropping = true;
    this.#tooLong += 1;
    return headerBytes + kept;
  }
}

interface FixedHeader {
  readonly type: number;
  readonly hasIdentifier: boolean;
  readonly headerBytes: number;
  /** Bytes after the fixed header. */
  readonly length: number;
}

/** MQTT 3.1.1 §2.2; undefined when it is not whole yet. */
function fixedHeader(bytes: Buffer): FixedHeader | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    if (at > lengthBytesMax) throw new RangeError('the length of a packet has more than four bytes: this is no MQTT');
    const byte = bytes[at] as number;
    length += (byte & 0x7f) * 0x80 ** (at - 1);
    if ((byte & 0x80) !== 0) continue;
    const flags = bytes[0] as number;
    return { type: flags >> 4, hasIdentifier: (flags & 0x06) !== 0, headerBytes: at + 1, length };
  }
  return undefined;
}

function encodeLength(length: number): number[] {
  const low = length % 0x80;
  return length < 0x80 ? [low] : [low | 0x80, ...encodeLength(Math.floor(length / 0x80))];
}
