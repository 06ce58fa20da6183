import type { DeadbandConfig } from '../../config/site.js';
import { type Frame, Quality, type Tag, type TagTable } from '../contract/index.js';

/** What a destination was sent last of each slot of a table. Quality `absent`: nothing yet. */
class SentColumns {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  /** Of the frame it was sent with, ms of the gateway's timeline. */
  readonly instants: Float64Array;
  readonly texts: (string | undefined)[] = [];

  constructor(slots: number) {
    this.values = new Float64Array(slots);
    this.quality = new Uint8Array(slots);
    this.instants = new Float64Array(slots);
  }

  copy(other: SentColumns, hasTexts: boolean): void {
    this.values.set(other.values);
    this.quality.set(other.quality);
    this.instants.set(other.instants);
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
 * what is settled: a batch that was not taken is taken back, and looked at again with the same result.
 */
export class LastSent {
  readonly #settled: SentColumns;
  readonly #ahead: SentColumns;
  readonly #bands: Float64Array;
  readonly #statutory: Uint8Array;
  readonly #hasTexts: boolean;
  readonly #atLeastEveryMs: number;
  /** By slot, of the frame looked at: 1 for news. */
  readonly #news: Uint8Array;

  constructor({ device, tags }: TagTable, { atLeastEveryMs, bands }: DeadbandConfig) {
    this.#settled = new SentColumns(tags.length);
    this.#ahead = new SentColumns(tags.length);
    this.#bands = Float64Array.from(tags, (tag) => bandOf(tag, device, bands));
    this.#statutory = Uint8Array.from(tags, ({ statutory }) => Number(statutory ?? false));
    this.#hasTexts = tags.some(({ type }) => type === 'text');
    this.#atLeastEveryMs = atLeastEveryMs;
    this.#news = new Uint8Array(tags.length);
  }

  /** The frame as it is sent: itself where all it has is news, undefined where nothing is. */
  next(frame: Frame, isWhole: boolean): Frame | undefined {
    let news = 0;
    let read = 0;
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (frame.quality[slot] === Quality.absent) {
        this.#news[slot] = 0;
        continue;
      }
      read += 1;
      const isNews = this.#isNews(frame, slot);
      this.#news[slot] = Number(isNews);
      if (isNews) news += 1;
    }
    if (news === 0) return undefined;
    const goesWhole = isWhole || news === read;
    this.#remember(frame, goesWhole);
    return goesWhole ? frame : this.#thinned(frame);
  }

  /** What it was told since it was last settled holds. */
  settle(): void {
    this.#settled.copy(this.#ahead, this.#hasTexts);
  }

  /** It was told nothing since it was last settled. */
  takeBack(): void {
    this.#ahead.copy(this.#settled, this.#hasTexts);
  }

  /** The destination has nothing of this slot. */
  forget(slot: number): void {
    this.#settled.quality[slot] = Quality.absent;
    this.#ahead.quality[slot] = Quality.absent;
  }

  #isNews(frame: Frame, slot: number): boolean {
    const { values, quality, instants, texts } = this.#ahead;
    if (quality[slot] !== frame.quality[slot] || this.#statutory[slot] === 1) return true;
    if (frame.instant - (instants[slot] as number) >= this.#atLeastEveryMs) return true;
    if (this.#hasTexts && texts[slot] !== frame.texts?.get(slot)) return true;
    const value = frame.values[slot] as number;
    const last = values[slot] as number;
    // Two that are no numbers are the same; a number and one that is none are not.
    return !Object.is(value, last) && !(Math.abs(value - last) <= (this.#bands[slot] as number));
  }

  #remember(frame: Frame, isWhole: boolean): void {
    const { values, quality, instants, texts } = this.#ahead;
    for (let slot = 0; slot < this.#news.length; slot += 1) {
      if (this.#news[slot] === 0 && !(isWhole && frame.quality[slot] !== Quality.absent)) continue;
      values[slot] = frame.values[slot] as number;
      quality[slot] = frame.quality[slot] as number;
      instants[slot] = frame.instant;
      if (this.#hasTexts) texts[slot] = frame.texts?.get(slot);
    }
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
