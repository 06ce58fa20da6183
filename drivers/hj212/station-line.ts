import type { Caller, CallerEvents } from '../streams/index.js';
import { damageText, encodeFrame, type FrameDamage, Framer } from './framer.js';
import { formatSegment, parseSegment, type Segment, type SentSegment } from './segment.js';
import type { Traffic } from './traffic.js';

/** What comes over the lines of all callers. */
export interface Reception {
  readonly traffic: Traffic;
  message(segment: Segment, bytes: Uint8Array, line: StationLine): void;
  /** The first damage of a connection, in words. */
  damaged(what: string, line: StationLine): void;
  closed(line: StationLine): void;
}

/** One connection. A logger may send for several stations over it. */
export class StationLine implements CallerEvents {
  readonly from: string;
  readonly #caller: Caller;
  readonly #reception: Reception;
  readonly #framer = new Framer();
  #isDamageTold = false;

  constructor(caller: Caller, reception: Reception) {
    this.from = caller.from;
    this.#caller = caller;
    this.#reception = reception;
  }

  received(bytes: Uint8Array): void {
    for (const found of this.#framer.push(bytes)) {
      if (found.kind !== 'frame') this.#tell(found);
      else {
        this.#reception.traffic.frames += 1;
        const segment = parseSegment(found.segment);
        if (typeof segment === 'string') this.#damaged(`a frame that is no message: ${segment}`);
        else this.#reception.message(segment, found.bytes, this);
      }
    }
  }

  closed(): void {
    for (const found of this.#framer.end()) if (found.kind !== 'frame') this.#tell(found);
    this.#reception.closed(this);
  }

  send(segment: SentSegment): Promise<void> {
    return this.#caller.write(encodeFrame(formatSegment(segment)));
  }

  close(): void {
    this.#caller.close();
  }

  #tell(damage: FrameDamage): void {
    if (damage.kind === 'unended') this.#reception.traffic.unended += 1;
    else this.#damaged(damageText(damage));
  }

  #damaged(what: string): void {
    this.#reception.traffic.damaged += 1;
    if (this.#isDamageTold) return;
    this.#isDamageTold = true;
    this.#reception.damaged(what, this);
  }
}
