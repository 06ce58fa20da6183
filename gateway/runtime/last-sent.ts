import type { DeadbandConfig } from '../../config/site.js';
import { type Frame, Quality, type Tag, type TagTable } from '../contract/index.js';

/** What a destination was sent last of each slot of a table. Quality `absent`: nothing yet. */
class SentColumns {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  /** Of the frame it was sent with, ms of the gateway's timeline. */
  readonly instants: Float64Array;
  /** 1 where it refused what it was sent last. */
  readonly refused: Uint8Array;
  readonly texts: (string | undefined)[] = [];

  constructor(slots: number) {
    this.values = new Float64Array(slots);
    this.quality = new Uint8Array(slots);
    this.instants = new Float64Array(slots);
    this.refused = new Uint8Array(slots);
  }

  copy(other: SentColumns, hasTexts: boolean): void {
    this.values.set(other.values);
    this.quality.set(other.quality);
    this.instants.set(other.instants);
    this.refused.set(other.refused);
    if (hasTexts) for (let slot = 0; slot < this.values.length; slot += 1) this.texts[slot] = other.texts[slot];
  }
}

/** The largest move of a tag that is not sent. */
function bandOf({ name, type, resolution }: Tag, device: string, bands: DeadbandConfig['bands']): number {
  if (type === 'text' || type === 'boolean') return 0;
  const own = bands[`${device}.${name}`] ?? bands[name];
  if (own !== undefined) return own;
  // Half a step of the sensor is a move already: the band ends just below.
  return type === 'number' && resolution !== undefined ? (resolution / 2) * (1 - Number.EPSILON) : 0;
}

/**
 * What a destination was sent last of one table, and which slots of a frame are news to it. What it is told runs ahead of
 * what is settled: a batch that was not taken is taken back, and looked at again with the same result. A slot that was
 * refused is news in every frame of the next batch, as none of them can be left out for the sake of one that may be refused
 * again; so until a batch ends with the slot taken. A destination that refuses a slot for good gets it with each frame, as
 * without a deadband.
 */
export class LastSent {
  readonly #settled: SentColumns;
  readonly #ahead: SentColumns;
  readonly #names: readonly string[];
  readonly #bands: Float64Array;
  readonly #statutory: Uint8Array;
  readonly #hasTexts: boolean;
  readonly #atLeastEveryMs: number;
  readonly #isWhole: boolean;
  /** By slot, of the frame looked at: 1 for news. */
  readonly #news: Uint8Array;

  /** `isWhole`: a frame goes out whole, or not at all. */
  constructor({ device, tags }: TagTable, { atLeastEveryMs, bands }: DeadbandConfig, isWhole: boolean) {
    this.#settled = new SentColumns(tags.length);
    this.#ahead = new SentColumns(tags.length);
    this.#names = tags.map(({ name }) => name);
    this.#bands = Float64Array.from(tags, (tag) => bandOf(tag, device, bands));
    this.#statutory = Uint8Array.from(tags, ({ statutory }) => Number(statutory ?? false));
    this.#hasTexts = tags.some(({ type }) => type === 'text');
    this.#atLeastEveryMs = atLeastEveryMs;
    this.#isWhole = isWhole;
    this.#news = new Uint8Array(tags.length);
  }

  /**
   * The frame as it is sent: itself where all it has is news, undefined where nothing is. What was `written` of it before is
   * sent again.
   */
  newsOf(frame: Frame, written: Frame | undefined): Frame | undefined {
    let news = 0;
    let read = 0;
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (frame.quality[slot] === Quality.absent) {
        this.#news[slot] = 0;
        continue;
      }
      read += 1;
      const isNews = (written !== undefined && written.quality[slot] !== Quality.absent) || this.#isNews(frame, slot);
      this.#news[slot] = Number(isNews);
      if (isNews) news += 1;
    }
    if (news === 0) return undefined;
    return this.#isWhole || news === read ? frame : this.#thinned(frame);
  }

  /** What was `sent` of a frame leaves out something that is news. */
  hasUnsent(frame: Frame, sent: Frame | undefined): boolean {
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (frame.quality[slot] === Quality.absent || (sent && sent.quality[slot] !== Quality.absent)) continue;
      if (this.#isNews(frame, slot)) return true;
    }
    return false;
  }

  /** The destination has all that is in the frame. */
  take(sent: Frame): void {
    const { values, quality, instants, refused, texts } = this.#ahead;
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (sent.quality[slot] === Quality.absent) continue;
      values[slot] = sent.values[slot] as number;
      quality[slot] = sent.quality[slot] as number;
      instants[slot] = sent.instant;
      refused[slot] = 0;
      if (this.#hasTexts) texts[slot] = sent.texts?.get(slot);
    }
  }

  /**
   * The destination refused these tags of the frame, or all of it; what it has of them is not known. Of a frame that goes out
   * whole, one tag stands for all of the table: the others are sent whenever that one is.
   */
  refuse(sent: Frame, tags: ReadonlySet<string> | undefined): void {
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      const isSent = sent.quality[slot] !== Quality.absent;
      const isRefused = this.#isWhole || (isSent && (tags?.has(this.#names[slot] as string) ?? true));
      if (!isRefused) continue;
      this.#ahead.quality[slot] = Quality.absent;
      this.#ahead.refused[slot] = 1;
    }
  }

  /** What it was told since it was last settled holds. `keepsRefused`: what was refused before is so still. */
  settle(keepsRefused: boolean): void {
    const { refused } = this.#ahead;
    for (let slot = 0; keepsRefused && slot < refused.length; slot += 1) {
      if (this.#settled.refused[slot] === 1) refused[slot] = 1;
    }
    this.#settled.copy(this.#ahead, this.#hasTexts);
  }

  /** It was told nothing since it was last settled. */
  takeBack(): void {
    this.#ahead.copy(this.#settled, this.#hasTexts);
  }

  #isNews(frame: Frame, slot: number): boolean {
    const { values, quality, instants, texts } = this.#ahead;
    if (quality[slot] !== frame.quality[slot] || this.#statutory[slot] === 1) return true;
    if (this.#settled.refused[slot] === 1) return true;
    if (frame.instant - (instants[slot] as number) >= this.#atLeastEveryMs) return true;
    if (this.#hasTexts && texts[slot] !== frame.texts?.get(slot)) return true;
    const value = frame.values[slot] as number;
    const last = values[slot] as number;
    // Two that are no numbers are the same; a number and one that is none are not.
    return !Object.is(value, last) && !(Math.abs(value - last) <= (this.#bands[slot] as number));
  }

  /** The frame without what is no news; its own columns are left as they are. */
  #thinned(frame: Frame): Frame {
    const values = frame.values.slice();
    const quality = frame.quality.slice();
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (this.#news[slot] === 1) continue;
      values[slot] = Number.NaN;
      quality[slot] = Quality.absent;
    }
    if (!frame.texts) return { ...frame, values, quality };
    const texts = new Map([...frame.texts].filter(([slot]) => this.#news[slot] === 1));
    return { ...frame, values, quality, texts };
  }
}
