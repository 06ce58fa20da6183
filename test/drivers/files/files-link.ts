import { files } from '../../../drivers/files/index.js';
import type { FilesDriver } from '../../../drivers/files/files-driver.js';
import type { FilesLink } from '../../../drivers/files/point-slots.js';
import type { Clock, Json, Learned, Log, LogFields } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { tablesOf, ToldLog } from './told-log.js';

type Spec = Readonly<Record<string, unknown>>;
export type Devices = Readonly<Record<string, { readonly tags: Readonly<Record<string, Spec>> } & Spec>>;

/** A link as configuration hands it over, parsed by the driver's own schemas; every device has one group, `main`. */
export function linkOf(settings: Spec, devices: Devices): FilesLink {
  return {
    name: 'mine-files',
    settings: files.link.parse(settings),
    devices: Object.entries(devices).map(([name, { tags, ...own }]) => ({
      name,
      profile: 'p',
      settings: files.device.parse(own),
      groups: [
        {
          name: 'main',
          everyMs: 10_000,
          tags: Object.entries(tags).map(([tag, address]) => {
            const parsed = files.tag.parse(address);
            return { name: tag, type: files.tagType(parsed), statutory: false, address: parsed };
          }),
        },
      ],
    })),
  };
}

/** Facts that outlive a driver, as the host keeps them. */
export class KeptFacts implements Learned {
  readonly facts = new Map<string, Json>();

  get(device: string): Json | undefined {
    return this.facts.get(device);
  }

  set(device: string, facts: Json): void {
    this.facts.set(device, facts);
  }
}

/** Warnings and news, for tests of what is logged. */
export class HeardLog implements Log {
  readonly lines: (readonly [message: string, fields: LogFields])[] = [];
  debug(): void {}
  info(fields: LogFields, message: string): void {
    this.lines.push([message, fields]);
  }
  warn(fields: LogFields, message: string): void {
    this.lines.push([message, fields]);
  }
  error(fields: LogFields, message: string): void {
    this.lines.push([message, fields]);
  }
}

export interface Watching {
  readonly driver: FilesDriver;
  readonly told: ToldLog;
  readonly log: HeardLog;
}

/** A driver that watches; what it learned may be handed on from an earlier one. */
export async function watchLink(
  link: FilesLink,
  { clock = systemClock, learned = new KeptFacts() }: { clock?: Clock; learned?: Learned } = {},
): Promise<Watching> {
  const log = new HeardLog();
  const driver = (await files.create(link, { log, clock, learned, secret: resolveSecret })) as FilesDriver;
  const told = new ToldLog();
  const { signal } = new AbortController();
  await driver.connect(signal);
  await driver.subscribe(tablesOf(link), told);
  return { driver, told, log };
}
