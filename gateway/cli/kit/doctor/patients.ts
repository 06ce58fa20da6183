import { driverLink, type LinkConfig, registries, type SiteConfig } from '../../../../config/index.js';
import {
  addressCount,
  functionCodes,
  type LinkSettings,
  resolveLink,
  type Subject,
  type TagAddress,
} from '../../../../drivers/modbus/index.js';
import { type DriverContext, type Probeable, silentLog, type Text } from '../../../contract/index.js';
import { resolveSecret, systemClock } from '../../../runtime/index.js';
import { kitMessages } from '../kit-messages.js';

/** One link the doctor looks at, and how. */
export type Patient =
  | { readonly kind: 'modbus'; readonly link: string; readonly subject: Subject }
  /** A driver that asks its devices itself; resolves to what it says. */
  | { readonly kind: 'other'; readonly link: string; readonly driver: string; ask(signal: AbortSignal): Promise<Text> }
  | { readonly kind: 'unasked'; readonly link: string; readonly why: Text };

/** The links of a site. */
export const patientsOf = (site: SiteConfig): Patient[] => site.links.map(patientOf);

function patientOf(link: LinkConfig): Patient {
  const unasked = (sentence: (m: ReturnType<typeof kitMessages>['doctor']) => string): Patient => ({
    kind: 'unasked',
    link: link.name,
    why: { en: sentence(kitMessages('en').doctor), zh: sentence(kitMessages('zh').doctor) },
  });
  if (link.devices.length === 0) return unasked((m) => m.noDevices());
  if (link.driver !== 'modbus') {
    return { kind: 'other', link: link.name, driver: link.driver, ask: (signal) => askDriver(link, signal) };
  }
  const settings = link.settings as LinkSettings;
  const { address, framing, serial, echo } = settings;
  if (settings.listen) return unasked((m) => m.listens());
  if (address.kind === 'tcp-listen') return unasked((m) => m.dialIn());
  const { timeoutMs } = resolveLink(settings);
  const units = link.devices.flatMap(unitOf);
  return {
    kind: 'modbus',
    link: link.name,
    subject: { address, framing, serial, timeoutMs, expectsEcho: echo, units },
  };
}

/** A device is asked for its first tag. */
function unitOf({ name, settings, groups }: LinkConfig['devices'][number]): Subject['units'][number][] {
  const tag = groups.flatMap(({ tags }) => tags)[0];
  if (!tag) return [];
  const { register } = tag.address as TagAddress;
  const { unit } = settings as { readonly unit: number };
  const count = addressCount(tag.address as TagAddress);
  return [{ name, read: { unit, functionCode: functionCodes[register.table], start: register.start, count } }];
}

const context: DriverContext = {
  log: silentLog,
  secret: resolveSecret,
  clock: systemClock,
  learned: { get: () => undefined, set: () => undefined },
};

async function askDriver(link: LinkConfig, signal: AbortSignal): Promise<Text> {
  const definition = registries.drivers[link.driver];
  const driver = await definition?.create(driverLink(link), context);
  const sentence = (language: 'en' | 'zh'): string => kitMessages(language).doctor.noProbe({ driver: link.driver });
  if (!driver || !('probe' in driver)) return { en: sentence('en'), zh: sentence('zh') };
  try {
    return await (driver as unknown as Probeable).probe(signal);
  } finally {
    await driver.close();
  }
}
