import type { AlarmClass, TagTableSpec } from '../../gateway/contract/index.js';
import { builtInClasses } from '../alarm-classes.js';
import { boxDevice, boxTableSpec } from '../box-tags.js';
import { contextDevice, contextEveryMs, contextTableSpec } from '../context-tags.js';
import type { Place, SiteProblem } from '../problem.js';
import type { Registries } from '../registries.js';
import type { SiteFile } from '../schema/site-schema.js';
import type { Path, ProblemOptions, Sentence, Source } from '../source/source.js';
import { isObject, valueAt } from './checked.js';
import { contextConfigs } from './context.js';
import type { ProfileShelf } from './profile-shelf.js';
import type { CheckedProfile } from './profile.js';

/** One poll group of a device, as rules see it. */
export interface KnownGroup {
  readonly table: TagTableSpec;
  readonly everyMs: number;
  /** Tags of it that a formula computes. */
  readonly derived: readonly string[];
}

/** A device that the site file names, right or not, or a built-in one: the box, the context. */
export interface KnownDevice {
  readonly name: string;
  /** Where it stands; undefined for one that is built in. */
  readonly path: Path | undefined;
  readonly profileName: string | undefined;
  readonly profile: CheckedProfile | undefined;
  /** Names of its tags, also where the rest could not be read; undefined where not even they are known. */
  readonly tagNames: readonly string[] | undefined;
  /** Undefined where something is wrong with it. */
  readonly groups: readonly KnownGroup[] | undefined;
}

function knownBox(everyMs: number): KnownDevice {
  const table = boxTableSpec('', '');
  return {
    name: boxDevice,
    path: undefined,
    profileName: undefined,
    profile: undefined,
    tagNames: table.tags.map(({ name }) => name),
    groups: [{ table, everyMs, derived: [] }],
  };
}

/** The context as a device; undefined for a site that has none. */
function knownContext(data: unknown, file: SiteFile | undefined): KnownDevice | undefined {
  const items = valueAt(data, ['context']);
  if (!isObject(items) || Object.keys(items).length === 0) return undefined;
  const table = file && contextTableSpec('', contextConfigs(file), '');
  return {
    name: contextDevice,
    path: undefined,
    profileName: undefined,
    profile: undefined,
    tagNames: Object.keys(items),
    groups: table && [{ table, everyMs: contextEveryMs, derived: [] }],
  };
}

/** What the parts of one check share. */
export class SiteCheck {
  readonly source: Source;
  /** The site file as plain data. */
  readonly data: unknown;
  /** The same as parsed; undefined where its outer parts are wrong. */
  readonly file: SiteFile | undefined;
  readonly registries: Registries;
  readonly shelf: ProfileShelf;
  readonly problems: SiteProblem[] = [];
  /** Devices on links. */
  readonly devices = new Map<string, KnownDevice & { readonly path: Path }>();
  /** Classes of alarms by name, those built in and those of the file. */
  readonly classes = new Map<string, AlarmClass>(Object.entries(builtInClasses));
  /** Devices on no link. */
  readonly #builtIn: ReadonlyMap<string, KnownDevice>;

  constructor(source: Source, data: unknown, file: SiteFile | undefined, registries: Registries, shelf: ProfileShelf) {
    this.source = source;
    this.data = data;
    this.file = file;
    this.registries = registries;
    this.shelf = shelf;
    const context = knownContext(data, file);
    const builtIn = [knownBox(file?.box.poll ?? 0), ...(context ? [context] : [])];
    this.#builtIn = new Map(builtIn.map((device) => [device.name, device]));
  }

  /** A device that a rule may name: one on a link, or a built-in one. */
  device(name: string): KnownDevice | undefined {
    return this.devices.get(name) ?? this.#builtIn.get(name);
  }

  /** All that `device` knows. */
  get deviceNames(): readonly string[] {
    return [...this.devices.keys(), ...this.#builtIn.keys()];
  }

  /** Tables of all devices, those with something wrong left out. */
  get tables(): readonly TagTableSpec[] {
    return this.#all.flatMap(({ groups }) => groups?.map(({ table }) => table) ?? []);
  }

  /** Nothing is wrong with any device, so that what a rule finds on them is all there is. */
  get areDevicesWhole(): boolean {
    return this.#all.every(({ groups }) => groups !== undefined);
  }

  get #all(): readonly KnownDevice[] {
    return [...this.devices.values(), ...this.#builtIn.values()];
  }

  /** Nothing but warnings was told since there were so many problems. */
  isFineSince(count: number): boolean {
    return this.problems.slice(count).every(({ warning }) => warning);
  }

  tell(path: Path, sentence: Sentence, options: ProblemOptions = {}): void {
    this.problems.push(this.source.problem(path, sentence, options));
  }

  /** Where a device could stand: `links`, and the `devices` of each link. */
  deviceSections(): Place[] {
    const links = valueAt(this.data, ['links']);
    const names = isObject(links) ? Object.keys(links) : [];
    return [['links'], ...names.map((name) => ['links', name, 'devices'])].map((path) => this.source.place(path, true));
  }
}
