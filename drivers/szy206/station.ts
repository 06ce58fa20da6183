import type { DriverContext, DriverDevice, Happening, Json, TagTable, Told } from '../../gateway/contract/index.js';
import { SettledFacts } from '../streams/index.js';
import { type DeviceSettings, modes } from './device-schema.js';
import { encodeConfirmation, type Frame, hexText } from './frame.js';
import { linkStates, readReport, type ReportFinding } from './report.js';
import { StationTables } from './station-tables.js';
import type { TagAddress } from './tag-schema.js';
import { writeTimeTag } from './time-tag.js';
import type { WireCount } from './wire-count.js';

/** Reports that are remembered, so that a repetition is told once. */
const rememberedMax = 32;
/** A report is not sent again after so long: what says the same then is another. */
const rememberedMs = 3_600_000;

/** Whom a station tells while the link is subscribed. */
export interface Audience {
  readonly tables: ReadonlyMap<string, TagTable>;
  readonly told: Told;
}

export interface StationOptions {
  readonly zoneMinutes: number;
  readonly context: DriverContext;
  readonly count: WireCount;
}

/** One station: what it sends is told, once, and then confirmed. */
export class Station {
  readonly name: string;
  readonly settings: DeviceSettings;
  /** When it was last heard, monotonic ms, and with what. */
  lastHeard: { readonly atMs: number; readonly what: string } | undefined;
  readonly #options: StationOptions;
  readonly #tables: StationTables;
  /** When each was told, monotonic ms, the oldest first. */
  readonly #remembered = new Map<string, number>();
  readonly #facts: SettledFacts;
  /** What is not read of it and was logged. */
  readonly #logged = new Set<string>();

  constructor(device: DriverDevice<DeviceSettings, TagAddress>, options: StationOptions) {
    this.name = device.name;
    this.settings = device.settings;
    this.#options = options;
    this.#tables = new StationTables(device);
    this.#facts = new SettledFacts(device.name, options.context);
    const last = lastOf(options.context.learned.get(device.name));
    if (last !== undefined) this.#remembered.set(last, options.context.clock.monotonic());
  }

  /** Gives the confirmation to write, if there is to be one: what is of an unknown function has none. */
  take(frame: Frame, audience: Audience): Uint8Array | undefined {
    const { context, zoneMinutes } = this.#options;
    const now = context.clock.utc();
    const found = readReport(frame, { zoneMinutes, timeTag: this.settings.timeTag, now });
    this.lastHeard = { atMs: context.clock.monotonic(), what: heardText(frame, found) };
    if (found.kind === 'link') return encodeConfirmation(frame, Uint8Array.of(found.state));
    if (!this.#isRepeated(frame, found)) this.#tell(frame, found, now, audience);
    if (found.tagBytes === undefined) return undefined;
    const tag = found.tagBytes > 0 ? writeTimeTag(found.tagBytes, zoneMinutes, now) : new Uint8Array(0);
    return encodeConfirmation(frame, Buffer.concat([Buffer.of(modes[this.settings.mode]), tag]));
  }

  /** Learns what was told. */
  async close(): Promise<void> {
    await this.#facts.close();
  }

  silent({ tables, told }: Audience): void {
    this.#tables.silent(tables, told);
  }

  #tell(frame: Frame, found: Exclude<ReportFinding, { kind: 'link' }>, now: number, { tables, told }: Audience): void {
    if (found.kind === 'values') return this.#tables.tell(found, frame.bytes, now, tables, told);
    this.#options.count.unsupported += 1;
    told.happened(unsupportedHappening(this.name, frame, found.why));
    if (this.#logged.has(found.why)) return;
    this.#logged.add(found.why);
    const fields = { device: this.name, station: this.settings.station, why: found.why };
    this.#options.context.log.warn(fields, 'frame of a station not understood');
  }

  /**
   * A repetition differs in its count alone. Without a time in it, two reports of one value are two. A short time tag is
   * the same each month: what counts is the time it means.
   */
  #isRepeated({ code, type, data }: Frame, found: Exclude<ReportFinding, { kind: 'link' }>): boolean {
    if (data.length <= timelessBytesMax) return false;
    const now = this.#options.context.clock.monotonic();
    this.#forget(now);
    const at = found.kind === 'values' ? found.at : undefined;
    const identity = `${hexText(code)}-${type}-${at ?? ''}-${Buffer.from(data).toString('hex')}`;
    if (this.#remembered.has(identity)) {
      this.#options.count.repeated += 1;
      return true;
    }
    this.#remembered.set(identity, now);
    this.#facts.note({ last: identity });
    return false;
  }

  /** Leaves room for one more. */
  #forget(now: number): void {
    for (const [identity, atMs] of this.#remembered) {
      if (now - atMs < rememberedMs && this.#remembered.size < rememberedMax) return;
      this.#remembered.delete(identity);
    }
  }
}

/** Data this short holds no time. */
const timelessBytesMax = 4;

const heardText = ({ code, data }: Frame, found: ReportFinding): string =>
  found.kind === 'link' ? (linkStates[data[0] ?? 0] ?? 'link test') : `report ${hexText(code)}`;

/** A frame that is not read, as it came: nothing of it is lost. */
const unsupportedHappening = (device: string, { code, type, bytes }: Frame, why: string): Happening => ({
  device,
  name: 'unsupported-frame',
  at: undefined,
  id: '',
  fields: { function: hexText(code), type, why, frame: Buffer.from(bytes).toString('hex').toUpperCase() },
});

function lastOf(facts: Json | undefined): string | undefined {
  if (typeof facts !== 'object' || facts === null) return undefined;
  const { last } = facts as { readonly last?: Json };
  return typeof last === 'string' ? last : undefined;
}
