import {
  hasValue,
  type ModeEntry,
  type Moment,
  Quality,
  type StampedFrame,
  type TagTableSpec,
  type Text,
} from '../contract/index.js';
import { isDue, later, stampOf } from './alarms/moments.js';

/** Somebody works on a device or on one of its tags. */
export interface ModeRequest {
  readonly mode: ModeEntry['mode'];
  readonly device: string;
  readonly tag: string | null;
  readonly forMs: number;
  readonly reason: string;
}

/** Longest work without asking anew, and how long before its end that is said. */
export const modeMaxMs = 8 * 3_600_000;
export const endingMs = 15 * 60_000;

export interface ModesOptions {
  /** Tables of the devices of the site. */
  readonly tables: readonly TagTableSpec[];
  readonly note: (entry: ModeEntry) => void;
  /** Modes that hold by the journal. */
  readonly standing: Iterable<ModeEntry>;
}

const subjectOf = ({ device, tag }: Pick<ModeEntry, 'device' | 'tag'>): string => `${device}/${tag ?? ''}`;

const refusals = {
  unknownDevice: { en: 'there is no such device', zh: '没有这台设备' },
  unknownTag: { en: 'the device has no such tag', zh: '设备没有这个测点' },
  noReason: { en: 'say why', zh: '请写明原因' },
  tooLong: { en: 'eight hours at most; ask again then', zh: '最长八小时，届时可再次申请' },
  already: { en: 'it is being worked on already', zh: '已处于检修或标校中' },
  wholeSite: {
    en: 'no device would be watched any more: never the whole site at once',
    zh: '将没有任何设备受看守：不允许整个站点同时检修',
  },
  none: { en: 'it is not being worked on', zh: '没有处于检修或标校' },
} as const satisfies Record<string, Text>;

/**
 * What is being worked on. Values of it are marked, never hidden, and so are exceedances; who puts its alarms out of
 * service for the same time is the caller. Ends by itself, at the first of the two clocks that gets there.
 */
export class Modes {
  readonly #options: ModesOptions;
  readonly #standing = new Map<string, ModeEntry>();

  constructor(options: ModesOptions) {
    this.#options = options;
    for (const entry of options.standing) this.#standing.set(subjectOf(entry), entry);
  }

  get standing(): readonly ModeEntry[] {
    return [...this.#standing.values()];
  }

  /** Why a mode cannot begin; undefined when it can. */
  refusal(request: ModeRequest): Text | undefined {
    const { device, tag, forMs, reason } = request;
    const own = this.#options.tables.filter((table) => table.device === device);
    if (own.length === 0) return refusals.unknownDevice;
    if (tag !== null && !own.some(({ tags }) => tags.some(({ name }) => name === tag))) return refusals.unknownTag;
    if (reason.trim() === '') return refusals.noReason;
    if (!(forMs > 0 && forMs <= modeMaxMs)) return refusals.tooLong;
    if (this.#standing.has(subjectOf(request)) || this.#standing.has(`${device}/`)) return refusals.already;
    const devices = new Set(this.#options.tables.map((table) => table.device));
    for (const standing of this.#standing.values()) if (standing.tag === null) devices.delete(standing.device);
    if (tag === null) devices.delete(device);
    return devices.size === 0 ? refusals.wholeSite : undefined;
  }

  begin({ mode, device, tag, forMs, reason }: ModeRequest, who: string, now: Moment): void {
    const until = later(now, forMs);
    this.#tell({ kind: 'mode', ...stampOf(now), mode, change: 'began', device, tag, who, reason, since: now, until });
  }

  /** What is worked on goes on being so under another name. `former`: names that devices had, by the one they have. */
  rename(former: ReadonlyMap<string, readonly string[]>, now: Moment): void {
    for (const [device, names] of former) {
      for (const standing of this.standing.filter((one) => names.includes(one.device))) {
        this.#tell({ ...standing, ...stampOf(now), change: 'ended' });
        this.#tell({ ...standing, ...stampOf(now), device });
      }
    }
  }

  /** Ends a mode by hand. Why it cannot; undefined when it did. */
  end(device: string, tag: string | null, who: string, now: Moment): Text | undefined {
    const standing = this.#standing.get(subjectOf({ device, tag }));
    if (!standing) return refusals.none;
    this.#tell({ ...standing, ...stampOf(now), change: 'ended', who });
    return undefined;
  }

  /** Time has passed: what is over ends, what will soon be is said once. */
  tick(now: Moment): void {
    for (const standing of this.standing) {
      if (isDue(standing.until, now)) this.#tell({ ...standing, ...stampOf(now), change: 'ended' });
      else if (standing.change === 'began' && isDue(later(standing.until, -endingMs), now)) {
        this.#tell({ ...standing, ...stampOf(now), change: 'ending' });
      }
    }
  }

  /** A frame whose values of what is being worked on say so; any other as it came. */
  mark(frame: StampedFrame): StampedFrame {
    if (this.#standing.size === 0) return frame;
    const { device, tags } = frame.table;
    const isMarked = (tag: string): boolean =>
      this.#standing.has(`${device}/`) || this.#standing.has(`${device}/${tag}`);
    let quality: Uint8Array | undefined;
    for (const [slot, { name }] of tags.entries()) {
      const code = frame.quality[slot] as number;
      if (!hasValue(code) || keepsItsMark(code) || !isMarked(name)) continue;
      quality ??= frame.quality.slice();
      quality[slot] = Quality['uncertain-function-check'];
    }
    return quality ? { ...frame, quality } : frame;
  }

  #tell(entry: ModeEntry): void {
    if (entry.change === 'ended') this.#standing.delete(subjectOf(entry));
    else this.#standing.set(subjectOf(entry), entry);
    this.#options.note(entry);
  }
}

/** What counts as beyond every limit goes on doing so while somebody works there. */
const keepsItsMark = (code: number): boolean =>
  code === Quality['uncertain-over-range'] || code === Quality['uncertain-under-range'];
