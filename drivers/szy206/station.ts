import type { DriverContext, DriverDevice, Happening, Json } from '../../gateway/contract/index.js';
import {
  type Audience,
  KeptAsks,
  SettledFacts,
  type StationReply,
  rememberedMax,
  ToldLately,
} from '../streams/index.js';
import { type DeviceSettings, modes } from './device-schema.js';
import { encodeConfirmation, type Frame, hexText } from './frame.js';
import { linkStates, readReport, type ReportFinding } from './report.js';
import { StationTables } from './station-tables.js';
import type { TagAddress } from './tag-schema.js';
import { writeTimeTag } from './time-tag.js';
import type { WireCount } from './wire-count.js';

/** A report that is on disk is not sent again after so long: what says the same then is another. */
const rememberedMs = 3_600_000;

export interface StationOptions {
  readonly zoneMinutes: number;
  readonly context: DriverContext;
  readonly count: WireCount;
}

/** What a frame says that is told. */
type Told = Exclude<ReportFinding, { kind: 'link' }>;

/** One station: what it sends is told, once, and confirmed when that is on disk. */
export class Station {
  readonly name: string;
  readonly settings: DeviceSettings;
  /** When it was last heard, monotonic ms, and with what. */
  lastHeard: { readonly atMs: number; readonly what: string } | undefined;
  readonly #options: StationOptions;
  readonly #tables: StationTables;
  readonly #lately = new ToldLately(rememberedMax, rememberedMs);
  readonly #asks = new KeptAsks();
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
    if (last !== undefined) this.#lately.remember(last, Promise.resolve(), options.context.clock.monotonic());
  }

  /**
   * Gives the confirmation, if there is to be one: what is of an unknown function has none. That of a link test
   * acknowledges nothing.
   */
  take(frame: Frame, _line: object, audience: Audience): StationReply | undefined {
    const { context, zoneMinutes } = this.#options;
    const now = context.clock.utc();
    const found = readReport(frame, { zoneMinutes, timeTag: this.settings.timeTag, now });
    this.lastHeard = { atMs: context.clock.monotonic(), what: heardText(frame, found) };
    if (found.kind === 'link') return { bytes: () => encodeConfirmation(frame, Uint8Array.of(found.state)) };
    const kept = this.#tellOnce(frame, found, now, audience);
    const { tagBytes } = found;
    if (tagBytes === undefined) return undefined;
    const mode = modes[this.settings.mode];
    const bytes = (): Uint8Array => {
      const tag = tagBytes > 0 ? writeTimeTag(tagBytes, zoneMinutes, context.clock.utc()) : new Uint8Array(0);
      return encodeConfirmation(frame, Buffer.concat([Buffer.of(mode), tag]));
    };
    return { kept, bytes };
  }

  /** Learns what was told. */
  async close(): Promise<void> {
    await this.#facts.close();
  }

  silent({ tables, told }: Audience): void {
    this.#tables.silent(tables, told);
  }

  /** Resolves when what it says is on disk, told now or before. */
  #tellOnce(frame: Frame, found: Told, now: number, audience: Audience): Promise<void> {
    const identity = identityOf(frame, found);
    const nowMs = this.#options.context.clock.monotonic();
    const before = identity === undefined ? undefined : this.#lately.keptOf(identity, nowMs);
    if (before) {
      this.#options.count.repeated += 1;
      return before;
    }
    this.#tell(frame, found, now, audience);
    const kept = this.#asks.ask(audience.told);
    if (identity !== undefined) this.#lately.remember(identity, kept, nowMs);
    kept.then(
      () => identity !== undefined && this.#facts.note(() => ({ last: identity })),
      () => undefined,
    );
    return kept;
  }

  #tell(frame: Frame, found: Told, now: number, { tables, told }: Audience): void {
    if (found.kind === 'values') return this.#tables.tell(found, frame.bytes, now, tables, told);
    this.#options.count.unsupported += 1;
    told.happened(unsupportedHappening(this.name, frame, found.why));
    if (this.#logged.has(found.why)) return;
    this.#logged.add(found.why);
    const fields = { device: this.name, station: this.settings.station, why: found.why };
    this.#options.context.log.warn(fields, 'frame of a station not understood');
  }
}

/** Data this short holds no time. */
const timelessBytesMax = 4;

/**
 * What a repetition has, too: it differs in its count alone. Without a time in it, two reports of one value are two, and
 * it has none. A short time tag is the same each month: what counts is the time it means.
 */
function identityOf({ code, type, data }: Frame, found: Told): string | undefined {
  if (data.length <= timelessBytesMax) return undefined;
  const at = found.kind === 'values' ? found.at : undefined;
  return `${hexText(code)}-${type}-${at ?? ''}-${Buffer.from(data).toString('hex')}`;
}

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
