import type { Place, SiteProblem } from '../problem.js';
import type { Registries } from '../registries.js';
import type { DeviceConfig } from '../site.js';
import type { Path, ProblemOptions, Sentence, Source } from '../source/source.js';
import { isObject, valueAt } from './checked.js';
import type { ProfileShelf } from './profile-shelf.js';
import type { CheckedProfile } from './profile.js';

/** A device that the site file names, right or not. */
export interface KnownDevice {
  readonly name: string;
  readonly link: string;
  readonly path: Path;
  readonly profileName: string | undefined;
  readonly profile: CheckedProfile | undefined;
  /** Undefined where something is wrong with it. */
  readonly config: DeviceConfig | undefined;
}

/** What the parts of one check share. */
export class SiteCheck {
  readonly source: Source;
  /** The site file as plain data. */
  readonly data: unknown;
  readonly registries: Registries;
  readonly shelf: ProfileShelf;
  readonly problems: SiteProblem[] = [];
  readonly devices = new Map<string, KnownDevice>();

  constructor(source: Source, data: unknown, registries: Registries, shelf: ProfileShelf) {
    this.source = source;
    this.data = data;
    this.registries = registries;
    this.shelf = shelf;
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
