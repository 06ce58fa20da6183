import type { Happening, LinkTables, Reading, TagTable, Told } from '../../../gateway/contract/index.js';
import { Quality, qualityName } from '../../../gateway/contract/index.js';
import { Commits } from '../../support/commits.js';

/** Remembers what a subscribed driver tells; a test awaits what it needs. */
export class ToldLog implements Told {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly losses: Error[] = [];
  readonly commits = new Commits();
  readonly kept = this.commits.kept;
  #waiting: (() => void)[] = [];

  reading(reading: Reading): void {
    this.readings.push(reading);
    this.#changed();
  }

  happened(happening: Happening): void {
    this.happenings.push(happening);
    this.#changed();
  }

  lost(error: Error): void {
    this.losses.push(error);
    this.#changed();
  }

  /** Resolves when it holds; the test's own time-out ends what never does. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async count(readings: number): Promise<readonly Reading[]> {
    await this.until(() => this.readings.length >= readings);
    return this.readings;
  }

  #changed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** What a reading says, by tag: a number or text, or the quality of what is not good; nothing of what is absent. */
export function said({ table, values, quality, texts }: Reading): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    table.tags.flatMap(({ name }, slot): (readonly [string, unknown])[] => {
      const code = quality[slot] as number;
      if (code === Quality.absent) return [];
      const value = texts?.get(slot) ?? values[slot];
      if (code === Quality.good) return [[name, value]];
      return [[name, Number.isNaN(value) ? qualityName(code) : [value, qualityName(code)]]];
    }),
  );
}

/** A table for each device and group of a link. */
export function tablesOf(link: {
  readonly name: string;
  readonly devices: readonly {
    readonly name: string;
    readonly groups: readonly {
      readonly name: string;
      readonly tags: readonly { name: string; type: TagTable['tags'][number]['type'] }[];
    }[];
  }[];
}): LinkTables {
  let number = 0;
  return new Map(
    link.devices.map(({ name: device, groups }) => [
      device,
      new Map(
        groups.map(({ name: group, tags }) => {
          number += 1;
          const named = tags.map(({ name, type }) => ({ name, type, unit: '' }));
          const table = {
            number,
            site: 's',
            link: link.name,
            device,
            profile: 'p',
            group,
            configuration: 'c',
            tags: named,
          };
          return [group, table] as const;
        }),
      ),
    ]),
  );
}
