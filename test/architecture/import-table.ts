import { type Import, targetOf } from './sources.js';

/** A folder that is a TypeScript project of its own. */
interface Box {
  /** What it is, so that a newcomer sees why the arrows point as they do. */
  readonly is: string;
  /** The boxes it knows; it imports itself and these, and nothing else of ours. */
  readonly knows: readonly string[];
}

/**
 * Who may import whom, all arrows pointing one way:
 *
 *     contract ◄ drivers, pipelines, journal, sinks ◄ config ◄ runtime ◄ console ◄ cli
 *     contract ◄ pool, firmware-sim ◄ cli
 *
 * To change the rule, change a line here and the same box's `references` in its tsconfig.json, and say why in
 * ARCHITECTURE.md.
 */
export const boxes: Readonly<Record<string, Box>> = {
  'gateway/contract': { is: 'the nouns and the seams', knows: [] },
  drivers: { is: 'one link of one protocol; no time, no retries, no storage', knows: ['gateway/contract'] },
  pipelines: { is: 'pure functions of frames and ticks', knows: ['gateway/contract'] },
  'gateway/journal': { is: 'the durable log', knows: ['gateway/contract'] },
  'gateway/sinks': { is: 'one folder a destination', knows: ['gateway/contract'] },
  'gateway/pool': { is: 'the reference receiver, a stranger to the sink that feeds it', knows: ['gateway/contract'] },
  'firmware-sim': { is: 'the field, simulated, sharing no codec with the drivers', knows: ['gateway/contract'] },
  config: {
    is: 'the site file, checked against what drivers, pipelines and sinks ask for',
    knows: ['gateway/contract', 'drivers', 'pipelines', 'gateway/journal', 'gateway/sinks'],
  },
  'gateway/runtime': {
    is: 'composes all of the above',
    knows: ['gateway/contract', 'drivers', 'pipelines', 'gateway/journal', 'gateway/sinks', 'config'],
  },
  'gateway/console': {
    is: 'HTTP; reads the runtime, and never a driver, a sink or the journal',
    knows: ['gateway/contract', 'config', 'gateway/runtime'],
  },
  'gateway/cli': {
    is: 'the command; starts everything, the simulated field too',
    knows: [
      'gateway/contract',
      'config',
      'gateway/journal',
      'gateway/sinks',
      'gateway/pool',
      'drivers',
      'pipelines',
      'gateway/runtime',
      'gateway/console',
      'firmware-sim',
    ],
  },
};

/** Files besides a box's `index.ts` that other boxes may import, and why. The list may only shrink. */
export const sideDoors: Readonly<Record<string, string>> = {
  'config/site.ts': 'types of the checked site alone, so that the runtime does not load the loader',
  'config/messages/catalogue.ts': 'how a catalogue of sentences is made; the command line has one of its own',
  'config/check/nearest.ts': 'the command line suggests words as the site file does',
  'drivers/modbus/index.ts': "the technician's kit looks at a bus itself, beneath any link",
  'drivers/opcua/index.ts': "the technician's kit browses a server and trusts its certificate, beneath any link",
  'drivers/streams/index.ts': "the technician's kit opens the lines that links would",
  'gateway/contract/fields.ts': 'pieces of schemas, also to be had from the door',
};

/** The box a file lies in; undefined for tests and for what is no code of ours. */
export const boxOf = (path: string): string | undefined => Object.keys(boxes).find((box) => path.startsWith(`${box}/`));

/** Families whose members never import one another, and the folders in them that all members share. */
export const strangers: Readonly<Record<string, readonly string[]>> = {
  drivers: ['streams'],
  'gateway/sinks': ['http', 'json'],
};

function memberOf(path: string, family: string): string | undefined {
  const [member, file] = path.startsWith(`${family}/`) ? path.slice(family.length + 1).split('/') : [];
  return file === undefined || strangers[family]?.includes(member as string) ? undefined : member;
}

/** Why an import is wrong, in words; undefined when it is right, or leads to a package. */
export function refusalOf(one: Import): string | undefined {
  const target = targetOf(one);
  const [own, other] = [boxOf(one.from), target && boxOf(target)];
  if (target === undefined || own === undefined) return undefined;
  const told = (why: string): string => `${one.from} imports ${one.what}: ${why}`;
  if (other === undefined) return told(target.startsWith('test/') ? 'nothing imports a test' : 'this is in no box');
  if (own !== other) {
    if (!boxes[own]?.knows.includes(other)) return told(`${own} (${boxes[own]?.is}) does not know ${other}`);
    const isDoor = target === `${other}/index.ts` || target in sideDoors;
    return isDoor ? undefined : told(`the door of ${other} is its index.ts`);
  }
  for (const family of Object.keys(strangers)) {
    const [from, to] = [memberOf(one.from, family), memberOf(target, family)];
    if (from && to && from !== to) return told(`${from} and ${to} are strangers`);
  }
  return undefined;
}
