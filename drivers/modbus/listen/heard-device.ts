import {
  type DriverDevice,
  FrameBuilder,
  Quality,
  type Reading,
  type TagTable,
} from '../../../gateway/contract/index.js';
import type { DeviceSettings } from '../device-schema.js';
import { qualityOf } from '../read-faults.js';
import { Refusal } from '../register-bus.js';
import type { TagAddress } from '../tag-schema.js';
import { type Expired, HeardGroup } from './heard-group.js';
import type { HeardException, HeardNoReply, HeardReply } from './heard.js';

/** Requests in a row without a right reply that make a device bad: one may be lost. */
const missesMax = 2;

/** One device as another master sees it. */
export class HeardDevice {
  readonly name: string;
  readonly unit: number;
  readonly #groups: readonly HeardGroup[];
  #tables: ReadonlyMap<string, TagTable> = new Map();
  #misses = 0;
  #isBad = false;
  /** When it last answered, monotonic ms. */
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor({ name, settings, groups }: DriverDevice<DeviceSettings, TagAddress>) {
    this.name = name;
    this.unit = settings.unit;
    this.#groups = groups.map((group) => new HeardGroup(group));
  }

  /** Tags that no read of the master has held so far. */
  get unread(): readonly string[] {
    return this.#groups.flatMap(({ unread }) => unread);
  }

  begin(tables: ReadonlyMap<string, TagTable>): void {
    this.#tables = tables;
    this.#misses = 0;
    this.#isBad = false;
    for (const group of this.#groups) group.forget();
  }

  /** What a reply says, a reading a group it says something of. `round` is the master's round it belongs to. */
  reply({ asked, data, bytes, endMs, isDoubtful }: HeardReply, round: number): Reading[] {
    this.#answered(endMs);
    const { reads: range } = asked;
    if (!range) return [];
    const answer = bytes.subarray(1, bytes.length - 2);
    return this.#each((group, table) => group.reading(table, { range, data, round, isDoubtful }, answer, endMs));
  }

  exception({ asked, endMs, code }: HeardException): Reading[] {
    this.#answered(endMs);
    const { reads: range } = asked;
    if (!range) return [];
    const quality = qualityOf(new Refusal(code));
    return this.#each((group, table) => group.refusal(table, range, quality));
  }

  /** Told once, and again only after it has answered. */
  unanswered({ damagedBytes }: HeardNoReply): Reading[] {
    this.#misses += 1;
    if (this.#misses < missesMax) return [];
    return this.bad(damagedBytes > 0 ? Quality['bad-frame'] : Quality['bad-no-answer']);
  }

  /** Bad throughout; nothing when that was said already. */
  bad(quality: number): Reading[] {
    if (this.#isBad) return [];
    this.#isBad = true;
    return this.#each((group, table) => {
      group.forget();
      const into = new FrameBuilder(table);
      into.allBad(quality);
      return into.build();
    });
  }

  /** Tags last read at `readByMs` or before, though it answers: a group each. */
  expire(readByMs: number): Expired[] {
    return this.#each((group, table) => group.expire(table, readByMs, this.#heardAtMs));
  }

  #answered(atMs: number): void {
    this.#misses = 0;
    this.#isBad = false;
    this.#heardAtMs = atMs;
  }

  #each<Told>(told: (group: HeardGroup, table: TagTable) => Told | undefined): Told[] {
    return this.#groups.flatMap((group) => {
      const table = this.#tables.get(group.name);
      return (table && told(group, table)) ?? [];
    });
  }
}
