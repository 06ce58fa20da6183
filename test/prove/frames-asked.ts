import { dlt645 } from '../../drivers/dlt645/index.js';
import { modbus } from '../../drivers/modbus/index.js';
import {
  DeviceFault,
  type DriverContext,
  type DriverDefinition,
  FrameBuilder,
  hasValue,
  type PolledDriver,
  qualityName,
  silentLog,
  type TagTable,
  type TagType,
} from '../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../gateway/runtime/index.js';
import type { Element, PublishedAnswer } from './frames-published.js';
import { type ProfileTag, profileFile } from './profile-file.js';
import { type OtherAnswers, ScriptedLine } from './scripted-line.js';
import { crc16 } from './framer-checks.js';

/** What one poll came to. */
export interface Polled {
  readonly elements: readonly Element[];
  /** Of a poll that gave nothing. */
  readonly fault: { readonly quality: string; readonly words: string } | undefined;
}

/** An instrument that is asked, played by a line that answers as it is told. */
export interface AskedInstrument {
  readonly line: ScriptedLine;
  poll(): Promise<Polled>;
  close(): Promise<void>;
}

const context: DriverContext = {
  log: silentLog,
  clock: systemClock,
  secret: resolveSecret,
  learned: { get: () => undefined, set: () => undefined },
};
const never = new AbortController().signal;
const group = 'main';

/** Meters answer under their own address: the one in the published answer. */
const meterAddress = (wire: string): string => wire.split(' ').slice(1, 7).reverse().join('');

export const askModbus = (answer: PublishedAnswer): Promise<AskedInstrument> =>
  open(modbus, { framing: 'rtu', timeout: '60ms', lateness: '120ms' }, { unit: 1 }, answer, partsOf(answer));

/**
 * After a damaged answer the driver asks for fewer registers, to be sure again of what answers what: the instrument
 * gives those of the published answer. One that refuses is asked again in parts, and answers them all alike.
 */
function partsOf({ wire, request = '', refusal }: PublishedAnswer): OtherAnswers {
  if (refusal) return () => undefined;
  const answer = Buffer.from(wire.replaceAll(' ', ''), 'hex');
  const first = Buffer.from(request.replaceAll(' ', ''), 'hex').readUInt16BE(2);
  return (bytes) => {
    const asked = Buffer.from(bytes);
    const [at, count] = [asked.readUInt16BE(2) - first, asked.readUInt16BE(4)];
    const body = Buffer.concat([
      answer.subarray(0, 2),
      Buffer.of(2 * count),
      answer.subarray(3 + 2 * at, 3 + 2 * (at + count)),
    ]);
    const crc = crc16(body);
    return Buffer.concat([body, Buffer.of(crc & 0xff, crc >> 8)]);
  };
}

export const askDlt645 = (answer: PublishedAnswer): Promise<AskedInstrument> =>
  open(dlt645, { timeout: '60ms', preamble: 0 }, { address: meterAddress(answer.wire) }, answer);

async function open<Link, Device, Address>(
  definition: DriverDefinition<Link, Device, Address>,
  settings: Readonly<Record<string, unknown>>,
  device: Readonly<Record<string, unknown>>,
  answer: PublishedAnswer,
  others?: OtherAnswers,
): Promise<AskedInstrument> {
  const line = await ScriptedLine.open(others);
  const wanted = answer.tags.map((name): [string, ProfileTag] => [name, tagOf(answer, name)]);
  const tags = wanted.map(([name, { own }]) => {
    const address = definition.tag.parse(own);
    return { name, type: definition.tagType(address), statutory: false, address };
  });
  const link = {
    name: 'line',
    settings: definition.link.parse({ ...settings, address: `tcp://127.0.0.1:${line.port}` }),
    devices: [
      {
        name: 'device',
        profile: 'published',
        settings: definition.device.parse(device),
        groups: [{ name: group, everyMs: 1000, tags }],
      },
    ],
  };
  const driver = (await definition.create(link, context)) as PolledDriver;
  await driver.connect(never);
  const table = tableOf(tags);
  return {
    line,
    poll: () => poll(driver, table, wanted),
    async close() {
      await driver.close();
      await line.close();
    },
  };
}

function tagOf({ profile }: PublishedAnswer, name: string): ProfileTag {
  const tag = profile === undefined ? { own: { register: name }, scale: 1 } : profileFile(profile).tags.get(name);
  if (!tag) throw new Error(`profile ${profile} has no tag ${name}`);
  return tag;
}

async function poll(
  driver: PolledDriver,
  table: TagTable,
  wanted: readonly (readonly [name: string, tag: ProfileTag])[],
): Promise<Polled> {
  const into = new FrameBuilder(table);
  try {
    await driver.read({ device: 'device', group }, into, never);
  } catch (error) {
    if (!(error instanceof DeviceFault)) throw error;
    return { elements: [], fault: { quality: qualityName(error.quality), words: error.message } };
  }
  const elements = wanted.flatMap(([name, { scale }], slot): Element[] => {
    const [value, quality] = [into.values[slot] as number, into.quality[slot] as number];
    return hasValue(quality) ? [[name, value * scale]] : [];
  });
  return { elements, fault: undefined };
}

const tableOf = (tags: readonly { readonly name: string; readonly type: TagType }[]): TagTable => ({
  number: 1,
  site: 'proof',
  link: 'line',
  device: 'device',
  profile: 'published',
  group,
  configuration: 'published',
  tags: tags.map(({ name, type }) => ({ name, type, unit: '' })),
});
