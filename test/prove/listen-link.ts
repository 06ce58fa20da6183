import { busHasMaster, modbus } from '../../drivers/modbus/index.js';
import {
  type Counting,
  type DriverLink,
  type Happening,
  hasValue,
  isGood,
  type Reading,
  silentLog,
  type Simulator,
  type SubscribedDriver,
  type TagTable,
} from '../../gateway/contract/index.js';
import { systemClock } from '../../gateway/runtime/index.js';
import { memoryOf } from '../drivers/modbus/modbus-link.js';
import { type ListenBus, startListenBus } from './listen-bus.js';
import { type Polled, pollWith, writeWith } from './listen-mbpoll.js';
import { type BlockName, blocks, slavesOn, units, valueOf, writable } from './listen-slaves.js';
import { type Finding, finding, type Proof, progress } from './proof.js';

type Listener = SubscribedDriver & Counting;
type ModbusLink = Parameters<typeof modbus.create>[0];

const never = new AbortController().signal;
const blockNames = Object.keys(blocks) as BlockName[];

/** The six units as a listen link has them. */
const linkOn = (path: string): ModbusLink => ({
  name: 'bus',
  settings: modbus.link.parse({ framing: 'rtu', address: `serial:${path}`, serial: { baud: 19_200 }, listen: true }),
  devices: units.map((unit) => ({
    name: `unit-${unit}`,
    profile: 'slave',
    settings: modbus.device.parse({ unit }),
    groups: blockNames.map((name) => ({
      name,
      everyMs: 1000,
      tags: Array.from({ length: blocks[name].count }, (_, n) => {
        const address = modbus.tag.parse({ register: blocks[name].register(n), type: blocks[name].type });
        return { name: `${name}${n}`, type: modbus.tagType(address), statutory: false, address };
      }),
    })),
  })),
});

const tableOf = (
  device: string,
  { name, tags }: DriverLink<unknown, unknown, unknown>['devices'][number]['groups'][number],
): TagTable => ({
  number: 1,
  site: 'prove',
  link: 'bus',
  device,
  profile: 'slave',
  group: name,
  configuration: '',
  tags: tags.map((tag) => ({ name: tag.name, type: tag.type, unit: '' })),
});

/** What the listen link told. */
class Ears {
  readings: Reading[] = [];
  happenings: Happening[] = [];
  /** Takes a line for the person who waits. */
  readonly say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  async follow(driver: Listener, { devices }: ModbusLink): Promise<void> {
    const tables = new Map(
      devices.map(({ name, groups }) => [name, new Map(groups.map((group) => [group.name, tableOf(name, group)]))]),
    );
    await driver.connect(never);
    const told = {
      reading: (reading: Reading) => void this.readings.push(reading),
      happened: (happening: Happening) => void this.happenings.push(happening),
      kept: () => Promise.resolve(),
      lost: (error: Error) => {
        throw error;
      },
    };
    await driver.subscribe(tables, told, never);
  }

  /** Readings of one unit and block that have values, in order; and forgets none. */
  of(unit: number, block: BlockName): Reading[] {
    return this.readings.filter(
      ({ table, quality }) => table.device === `unit-${unit}` && table.group === block && [...quality].some(hasValue),
    );
  }
}

interface Verdict {
  /** Readings told of those wanted; fewer where the master came to read nothing any more. */
  readonly readings: string;
  readonly isWhole: boolean;
  /** Values the master printed. */
  readonly seen: number;
  /** Of them, those the listener told at the same place of the order. */
  readonly told: number;
  /** Values told that no unit ever gave at that place. */
  readonly wrong: number;
  /** Values the listener told and the master did not print. */
  readonly more: number;
  readonly uncertain: number;
}

/** mbpoll prints six significant digits. */
const isSame = (printed: number, value: number): boolean => Math.abs(printed - value) <= Math.abs(value) * 1e-5;

/** More readings than a run makes of one block; words and floats come round before. */
const readingsMax = 12_000;

/** True when the unit gives just these values at some reading: none of another register, unit or moment among them. */
function isOfUnit(block: BlockName, unit: number, values: Float64Array): boolean {
  for (let reading = 1; reading <= readingsMax; reading += 1) {
    if (values.every((value, n) => value === valueOf(block, unit, reading, n))) return true;
  }
  return false;
}

function judge(polled: readonly Polled[], ears: Ears, block: BlockName): Omit<Verdict, 'readings' | 'isWhole'> {
  let [seen, told, wrong, more, uncertain] = [0, 0, 0, 0, 0];
  for (const unit of units) {
    const own = polled.filter((one) => one.unit === unit);
    const heard = ears.of(unit, block);
    seen += own.length * blocks[block].count;
    uncertain += heard.filter(({ quality }) => ![...quality].every(isGood)).length * blocks[block].count;
    let at = 0;
    for (const { values } of own) {
      const found = heard.findIndex(
        (one, n) => n >= at && values.every((value, slot) => isSame(value, one.values[slot] as number)),
      );
      if (found < 0) continue;
      at = found + 1;
      told += values.length;
    }
    more += (heard.length - own.length) * blocks[block].count;
    for (const { values } of heard) if (!isOfUnit(block, unit, values)) wrong += values.length;
  }
  return { seen, told, wrong, more, uncertain };
}

/** A master that is out of step for good reads nothing any more, however long it is waited for. */
const outOfStepMs = 30_000;

async function poll(bus: ListenBus, ears: Ears, block: BlockName, polls: number): Promise<Verdict> {
  ears.readings = [];
  const tell = progress(ears.say, `readings of ${blocks[block].type}`, polls);
  let [count, changedAt] = [0, performance.now()];
  const isEnough = (): boolean => {
    if (ears.readings.length > count) [count, changedAt] = [ears.readings.length, performance.now()];
    tell(count);
    return count >= polls || performance.now() - changedAt > outOfStepMs;
  };
  const polled = await pollWith(bus.ports.master, units, blocks[block].mbpoll, isEnough);
  return { ...judge(polled, ears, block), readings: `${count} of ${polls} readings`, isWhole: count >= polls };
}

const polledFinding = (what: string, { seen, told, wrong, more, uncertain, readings, isWhole }: Verdict): Finding =>
  finding(
    what,
    `${readings}; ${told} of ${seen} values told; ${wrong} wrong, ${uncertain} uncertain, ${more} that the master did not print`,
    'all told, none wrong',
    isWhole && seen > 0 && told === seen && wrong === 0 && uncertain === 0,
  );

/** Replies go wrong: first in ways mbpoll gets over, then in ways that leave it out of step with its slaves for good. */
async function spoilt(bus: ListenBus, ears: Ears, slaves: Simulator, polls: number): Promise<Finding[]> {
  for (const kind of ['truncated', 'dropped'] as const) slaves.inject({ kind, share: 0.05 });
  slaves.inject({ kind: 'exception', share: 0.05, code: 4 });
  const overcome = await poll(bus, ears, 'words', polls);
  slaves.heal();
  for (const kind of ['duplicated', 'garbage', 'merged', 'foreign-frame'] as const)
    slaves.inject({ kind, share: 0.05 });
  const outOfStep = await poll(bus, ears, 'words', polls);
  const { told, wrong, uncertain, more, readings } = outOfStep;
  return [
    polledFinding('values while 15 % of replies are cut, lost or refused', overcome),
    finding(
      'values while 20 % are doubled, joined, another unit’s or garbage',
      `${readings}; ${told + more} values told, ${wrong} wrong, ${uncertain} uncertain; mbpoll printed ${told}`,
      'none wrong',
      wrong === 0 && told + more > 0,
    ),
  ];
}

/** What the master saw the listener has told by then. */
const heardWithinMs = 5000;

/** Each sort of write once, to two units, with what must be told of it. */
async function write(bus: ListenBus, ears: Ears): Promise<Finding> {
  ears.happenings = [];
  const { holding, coil } = writable;
  const acts = [
    { unit: 2, type: '4', at: holding, values: [4711] },
    { unit: 5, type: '4', at: holding + 4, values: [11, 22, 65_535] },
    { unit: 2, type: '0', at: coil, values: [1] },
    { unit: 5, type: '0', at: coil + 2, values: [1, 0, 1, 1, 0, 0, 0, 1, 1] },
  ];
  for (const { unit, type, at, values } of acts)
    await writeWith(bus.ports.master, unit, ['-t', type, '-r', String(at)], values);
  // The listener hears a moment after the master has its answer.
  for (let waited = 0; waited < heardWithinMs && ears.happenings.length < acts.length; waited += 20)
    await systemClock.wait(20);
  const told = ears.happenings.map(({ device, fields }) =>
    JSON.stringify([device, fields['address'], fields['values'], fields['outcome']]),
  );
  const wanted = acts.map(({ unit, at, values }) => JSON.stringify([`unit-${unit}`, at, values, 'done']));
  const right = told.filter((one, n) => one === wanted[n]).length;
  return finding(
    'writes of the master',
    `${right} of ${acts.length} told, ${told.length - right} others`,
    'all',
    right === acts.length && told.length === right,
  );
}

/** Listens before anything else does, while the master polls and while nobody does. */
async function askWhetherMaster(bus: ListenBus): Promise<Finding> {
  const { settings } = linkOn(bus.ports.listener);
  const line = { ...settings, framing: 'rtu' } as const;
  const listen = (): Promise<boolean> => busHasMaster(line, 1000, { clock: systemClock, log: silentLog }, never);
  const alone = await listen();
  let isDone = false;
  const polling = pollWith(bus.ports.master, units, blocks.words.mbpoll, () => isDone);
  const shared = await listen();
  isDone = true;
  await polling;
  return finding(
    'busHasMaster, on a quiet bus and beside mbpoll',
    `${alone}, ${shared}`,
    'false, true',
    !alone && shared,
  );
}

/** mbpoll asks six slaves, and a listen link hears both. */
export const listenLink: Proof = {
  summary:
    'a bus with mbpoll as its master and six slaves: the listen link yields what the master saw and sends nothing',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const polls = isFull ? 1500 : 240;
    const bus = await startListenBus(folder);
    const slaves = slavesOn(bus.ports.slaves, seed);
    await slaves.start();
    const findings: Finding[] = [];
    const ears = new Ears(say);
    const link = linkOn(bus.ports.listener);
    try {
      findings.push(await askWhetherMaster(bus));
      const driver = (await modbus.create(link, memoryOf())) as Listener;
      try {
        await ears.follow(driver, link);
        for (const block of blockNames) {
          findings.push(
            polledFinding(
              `values of ${blocks[block].type} as mbpoll printed them`,
              await poll(bus, ears, block, polls),
            ),
          );
        }
        findings.push(await write(bus, ears));
        findings.push(...(await spoilt(bus, ears, slaves, polls)));
        say(`  heard: ${JSON.stringify(driver.counters())}`);
      } finally {
        await driver.close();
      }
    } finally {
      await slaves.stop();
      await bus.stop();
    }
    const { master, slaves: answered, listener } = bus.said;
    say(`  bytes on the bus: ${master} of the master, ${answered} of the slaves, ${listener} of the listener`);
    findings.push(finding('bytes sent by the listener', listener, '0', listener === 0));
    return findings;
  },
};
