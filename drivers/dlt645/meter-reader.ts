import { DeviceFault, type DriverDevice, type FrameBuilder, Quality } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { MeterData, MeterLine } from './meter-line.js';
import { compileReads, type Read } from './reads.js';
import type { TagAddress } from './tag-schema.js';
import { decodeValue } from './value-format.js';

/** Requests in a row without an answer, after which a poll asks no more: a dead meter costs no more than that. */
const silencesMax = 2;

interface Group {
  readonly reads: readonly Read[];
  readonly isStatutory: boolean;
}

/** One meter: its identifiers, asked one by one. */
export class MeterReader {
  readonly #address: string;
  readonly #line: MeterLine;
  readonly #groups: ReadonlyMap<string, Group>;
  /**
   * Identifiers the meter did not answer last time, the longest ago first. Many meters say nothing to what they do not
   * have: such are asked last, in turns, so that they hide nothing.
   */
  readonly #silent = new Set<Read>();

  constructor(device: DriverDevice<DeviceSettings, TagAddress>, line: MeterLine) {
    this.#address = device.settings.address;
    this.#line = line;
    this.#groups = new Map(
      device.groups.map(({ name, tags }) => [
        name,
        { reads: compileReads(tags), isStatutory: tags.some(({ statutory }) => statutory) },
      ]),
    );
  }

  /** Fills one group. Throws a `DeviceFault` when nothing at all was read, a refusal before a silence. */
  async read(group: string, into: FrameBuilder, signal: AbortSignal): Promise<void> {
    const known = this.#groups.get(group);
    if (!known) throw new RangeError(`meter ${this.#address} has no group ${group}`);
    const raw = new Map<Read, Uint8Array>();
    let fault: DeviceFault | undefined;
    let silences = 0;
    for (const read of this.#inOrder(known.reads)) {
      if (silences >= silencesMax) {
        markBad(read, into, Quality['bad-no-answer']);
        continue;
      }
      try {
        const answer = await this.#line.read(this.#address, read.identifier, signal);
        fill(read, answer, into);
        raw.set(read, answer.raw);
        silences = 0;
        this.#silent.delete(read);
      } catch (error) {
        if (!(error instanceof DeviceFault)) throw error;
        if (!fault || (error.answered && !fault.answered)) fault = error;
        markBad(read, into, error.quality);
        silences = error.answered ? 0 : silences + 1;
        this.#silent.delete(read);
        if (!error.answered) this.#silent.add(read);
      }
    }
    if (raw.size === 0 && fault) throw fault;
    if (known.isStatutory) into.raw(Buffer.concat(known.reads.flatMap((read) => raw.get(read) ?? [])));
  }

  /** Asks one thing, for a test of the connection; ms are the caller's to take. */
  async ask(signal: AbortSignal): Promise<void> {
    const read = [...this.#groups.values()].flatMap(({ reads }) => reads)[0];
    if (read) await this.#line.read(this.#address, read.identifier, signal);
  }

  #inOrder(reads: readonly Read[]): readonly Read[] {
    if (this.#silent.size === 0) return reads;
    const last = [...this.#silent].filter((read) => reads.includes(read));
    return [...reads.filter((read) => !this.#silent.has(read)), ...last];
  }
}

function markBad({ items }: Read, into: FrameBuilder, quality: number): void {
  for (const { slot } of items) into.bad(slot, quality);
}

/** A block may be shorter than asked for: a meter with two tariffs gives no third. */
function fill({ items }: Read, { data }: MeterData, into: FrameBuilder): void {
  for (const { slot, address } of items) {
    const { at, format } = address;
    const bytes = data.subarray(at, at + format.bytes);
    if (bytes.length < format.bytes) {
      into.bad(slot, Quality['bad-configuration']);
      continue;
    }
    const value = decodeValue(format, bytes);
    if (value === undefined) into.bad(slot, Quality['bad-decoding']);
    else into.set(slot, value);
  }
}
