import { http } from '../../../drivers/http/index.js';
import type { HttpDriver, HttpLink } from '../../../drivers/http/http-driver.js';
import type { Clock, Learned } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { HeardLog, KeptFacts } from '../files/files-link.js';
import { tablesOf, ToldLog } from '../files/told-log.js';

type Spec = Readonly<Record<string, unknown>>;
export type Devices = Readonly<Record<string, { readonly tags: Readonly<Record<string, Spec>> } & Spec>>;

/** A link as configuration hands it over, parsed by the driver's own schemas; every device has one group, `main`. */
export function linkOf(settings: Spec, devices: Devices): HttpLink {
  return {
    name: 'web',
    settings: http.link.parse(settings),
    devices: Object.entries(devices).map(([name, { tags, ...own }]) => ({
      name,
      profile: 'p',
      settings: http.device.parse(own),
      groups: [
        {
          name: 'main',
          everyMs: 10_000,
          tags: Object.entries(tags).map(([tag, address]) => {
            const parsed = http.tag.parse(address);
            return { name: tag, type: http.tagType(parsed), statutory: false, address: parsed };
          }),
        },
      ],
    })),
  };
}

export interface Listening {
  readonly driver: HttpDriver;
  readonly told: ToldLog;
  readonly log: HeardLog;
}

export async function openLink(
  link: HttpLink,
  clock: Clock = systemClock,
  learned: Learned = new KeptFacts(),
): Promise<Listening> {
  const log = new HeardLog();
  const driver = (await http.create(link, { log, clock, learned, secret: resolveSecret })) as HttpDriver;
  const told = new ToldLog();
  await driver.connect(new AbortController().signal);
  await driver.subscribe(tablesOf(link), told);
  return { driver, told, log };
}
