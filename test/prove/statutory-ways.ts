import { importRegisterTable } from '../../config/index.js';
import { altered, statutorySite } from '../support/statutory-site.js';

/** A site as its files. */
export interface SiteText {
  readonly site: string;
  readonly profiles?: Readonly<Record<string, string>>;
}

/** Somebody puts other files in place of those that run. */
export interface FileWay {
  readonly name: string;
  readonly before: SiteText;
  readonly after: SiteText;
  /** A change that must be named, by its path. */
  readonly what: string;
}

const inline = (name: string, line: string, by: string, what: string): FileWay => ({
  name,
  before: { site: statutorySite },
  after: { site: altered(line, by) },
  what,
});

/** The profile of the site in a file of its own, as somebody edits it who never opens the site file. */
function apart(): SiteText {
  const [from, to] = [statutorySite.indexOf('profiles:'), statutorySite.indexOf('links:')];
  const lines = statutorySite.slice(from, to).split('\n').slice(2);
  const profile = lines.map((line) => line.replace(/^ {4}/, '')).join('\n');
  return {
    site: `${statutorySite.slice(0, from)}profiles: [gas.yaml]\n${statutorySite.slice(to)}`,
    profiles: { 'gas.yaml': `version: 1\nprofile: gas\n${profile}` },
  };
}

function inProfileFile(): FileWay {
  const before = apart();
  const profile = altered('scale: 0.01', 'scale: 0.005', before.profiles?.['gas.yaml'] ?? '');
  return {
    name: 'scale in a profile file',
    before,
    after: { ...before, profiles: { 'gas.yaml': profile } },
    what: 'scale',
  };
}

/** A profile imported from a register table, marked by hand; then the table is imported again, with another factor. */
async function byImport(): Promise<FileWay> {
  const imported = async (factor: string): Promise<string> => {
    const table = `address,name,type,unit,scale,function\n0,methane,int16,%,${factor},03\n`;
    const { yaml } = await importRegisterTable(Buffer.from(table), { profile: 'gas', poll: '1s' });
    if (yaml === undefined) throw new Error('the register table could not be imported');
    return yaml;
  };
  const site = `version: 1
site: { id: face, timezone: "+08:00" }
profiles: [gas.yaml]
links:
  face: { driver: modbus, address: "tcp://127.0.0.1:1", devices: { west: { profile: gas, unit: 1 } } }
rules:
  methane: { type: limits, devices: [west], tag: methane, HH: 1.5 }
journal: { folder: /journal }
`;
  const marked = (await imported('0.01')).replace('methane: {', 'methane: { statutory: true,');
  return {
    name: 'a register table imported over the profile',
    before: { site, profiles: { 'gas.yaml': marked } },
    after: { site, profiles: { 'gas.yaml': await imported('0.005') } },
    what: 'scale',
  };
}

const rule = statutorySite.slice(statutorySite.indexOf('  methane:\n    type'), statutorySite.indexOf('  heat:'));

const renamed = altered('methane:\n        cell', 'ch4:\n        formerly: [methane]\n        cell')
  .replace('tag: methane', 'tag: ch4')
  .replace('2 * methane', '2 * ch4');

const sinks = 'sinks: { city: { type: influxdb, url: "http://127.0.0.1:1", database: d } }\n';

/** Another plant's file, put in place of this one. */
const otherPlant = altered('methane:\n        cell', 'dust:\n        cell')
  .replace('tag: methane', 'tag: dust')
  .replace('2 * methane', '2 * dust')
  .replace('devices: { west', 'devices: { east')
  .replaceAll('[west]', '[east]');

/** Everything a person with an editor can try. */
export const fileWays = async (): Promise<readonly FileWay[]> => [
  inline('scale in the site file', 'scale: 0.01', 'scale: 0.005', 'scale'),
  inProfileFile(),
  inline('offset', 'offset: 0', 'offset: -1', 'offset'),
  inline('unit', 'unit: "%"', 'unit: ppm', 'unit'),
  inline('register', 'cell: 0', 'cell: 1', 'address.cell'),
  inline('unit number of the device', '{ profile: gas }', '{ profile: gas, station: 2 }', 'onDevice.station'),
  inline('address of its link', 'phase: 7', 'phase: 8', 'onLink.phase'),
  inline('limit raised', 'HH: 1.5', 'HH: 3', 'rules.methane.HH'),
  inline('deadband widened', 'deadband: 0.1', 'deadband: 1', 'rules.methane.deadband'),
  inline('rule removed', rule, '', 'rules.methane'),
  inline('on-delay added to its rule', 'HH: 1.5', 'HH: 1.5\n    onDelay: 1min', 'rules.methane.onDelay'),
  inline('alarm class weakened', 'class: safety', 'class: process', 'rules.methane.alarm.shared.class.latch'),
  inline('`statutory` taken off', 'statutory: true', 'statutory: false', 'statutory'),
  inline('polled once an hour', 'poll: 1s', 'poll: 1h', 'everyMs'),
  inline('jump check that marks it uncertain', 'offset: 0', 'jump: 0.001/h', 'jumpPerSecond'),
  inline('formula computed from it', '2 * methane + 1', '0.1 * methane', 'derived.spread.formula'),
  { name: 'tag renamed', before: { site: statutorySite }, after: { site: renamed }, what: 'tag' },
  { name: 'the whole file replaced', before: { site: statutorySite }, after: { site: otherPlant }, what: 'statutory' },
  {
    name: 'recipient taken away',
    before: { site: statutorySite + sinks },
    after: { site: statutorySite },
    what: 'sinks.city',
  },
  inline('kept for a day only', 'folder: /journal', 'folder: /journal, samplesAgeMax: 1d', 'journal.samplesAgeMaxMs'),
  inline(
    'deleted for the sake of free disk',
    '{ folder: /journal',
    '{ folder: /journal, freeBytesMin: 900GiB',
    'journal.freeBytesMin',
  ),
  {
    name: 'the clock left to whoever sets it',
    before: { site: statutorySite },
    after: { site: `${statutorySite}clock: { source: operator }\n` },
    what: 'clock.source',
  },
  await byImport(),
];

/** What the check of a site file refuses: it never gets to a gateway. */
export const refusedFiles: Readonly<Record<string, string>> = {
  'a computed tag in its place': altered('spread:', 'methane:'),
  'a filter on the tag': altered('offset: 0', 'filter: { median: 5 }'),
  'a clamp on the tag': altered('offset: 0', 'clamp: [0, 1]'),
  'its alarm tried out in silence': altered('deadband: 0.1', 'deadband: 0.1\n    shadow: 2090-01-01'),
  'its limit taken from the context': altered(
    'HH: 1.5',
    'HH: { curve: [[0, 0], [10, 10]], over: { device: context, tag: limit } }',
  ).concat('context: { limit: { type: number, unit: "%", value: 1.5 } }\n'),
  'a band for it in the deadband of a recipient': statutorySite.concat(
    'sinks: { city: { type: influxdb, url: "http://127.0.0.1:1", database: d, deadband: { tags: { methane: 1 } } } }\n',
  ),
  'a deadband on the tag': altered('offset: 0', 'deadband: 1'),
};
