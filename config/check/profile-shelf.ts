import { basename, dirname, join } from 'node:path';
import { text } from '../messages/index.js';
import type { SiteIo } from '../io.js';
import type { SiteProblem } from '../problem.js';
import type { Registries } from '../registries.js';
import { readSource } from '../source/read-source.js';
import type { Path, Source } from '../source/source.js';
import { isObject, valueAt } from './checked.js';
import { nearest } from './nearest.js';
import type { CheckedProfile } from './profile.js';
import { checkProfile, type ProfileResult } from './profiles.js';
import { versionProblem } from './version.js';

/** Every profile a site may use: those it lists, those it holds itself, and those shipped with the product. */
export class ProfileShelf {
  readonly problems: SiteProblem[] = [];
  /** Profile files that were read: name as the site refers to it → text. */
  readonly files: Record<string, string> = {};
  private readonly profiles = new Map<string, CheckedProfile>();
  private readonly site: Source;
  private readonly io: SiteIo;
  private readonly registries: Registries;
  private readonly contextNames: readonly string[];
  private shippedNames: readonly string[] = [];

  constructor(site: Source, io: SiteIo, registries: Registries, contextNames: readonly string[]) {
    this.site = site;
    this.io = io;
    this.registries = registries;
    this.contextNames = contextNames;
  }

  /** Reads what the site lists or holds, and the shipped profiles that `wanted` names beyond them. */
  async fill(data: unknown, wanted: Iterable<string>): Promise<void> {
    const own = valueAt(data, ['profiles']);
    if (Array.isArray(own)) {
      for (const [index, path] of own.entries()) {
        if (typeof path === 'string') await this.readListed(path, ['profiles', index], own);
      }
    } else if (isObject(own)) {
      for (const [name, profile] of Object.entries(own)) {
        this.add(checkProfile(this.site, ['profiles', name], this.registries, profile, this.contextNames, name));
      }
    }
    const files = await this.io.list(this.io.shippedProfiles);
    this.shippedNames = files.filter((file) => file.endsWith('.yaml')).map((file) => basename(file, '.yaml'));
    for (const name of new Set(wanted)) {
      if (!this.profiles.has(name) && this.shippedNames.includes(name)) await this.readShipped(name);
    }
  }

  get(name: string): CheckedProfile | undefined {
    return this.profiles.get(name);
  }

  /** The profile most likely meant, and where it stands when it is one of the site's own. */
  nearest(name: string): { readonly name: string; readonly profile: CheckedProfile | undefined } | undefined {
    const meant = nearest(name, [...this.profiles.keys(), ...this.shippedNames]);
    return meant === undefined ? undefined : { name: meant, profile: this.profiles.get(meant) };
  }

  get names(): readonly string[] {
    return [...new Set([...this.profiles.keys(), ...this.shippedNames])];
  }

  private add({ profile, problems }: ProfileResult, at?: Path): void {
    this.problems.push(...problems);
    if (profile.name === '') return;
    const first = this.profiles.get(profile.name);
    if (first) {
      const { name } = profile;
      const sentence = {
        what: text((m) => m.problem.profileTwice({ profile: name })),
        remedy: text((m) => m.remedy.removeOne({ key: name })),
      };
      const related = [first.source.place(first.base, true)];
      this.problems.push(this.site.problem(at ?? profile.base, sentence, { atKey: true, related }));
    } else this.profiles.set(profile.name, profile);
  }

  private async readListed(path: string, at: Path, listed: readonly unknown[]): Promise<void> {
    if (listed.indexOf(path) !== at.at(-1)) {
      const sentence = {
        what: text((m) => m.problem.listedTwice({ name: path })),
        remedy: text((m) => m.remedy.removeOne({ key: path })),
      };
      this.problems.push(this.site.problem(at, sentence));
      return;
    }
    const folder = dirname(this.site.file);
    const file = join(folder, path);
    const bytes = await this.io.read(file).catch(() => undefined);
    if (!bytes) {
      const beside = await this.io.list(dirname(file));
      const meant = nearest(basename(path), beside);
      const better = meant && join(dirname(path), meant);
      const sentence = {
        what: text((m) => m.problem.noFile({ file: path })),
        remedy: text((m) => (better ? m.remedy.writeValue({ value: better }) : m.remedy.pathFrom({ folder }))),
      };
      this.problems.push(this.site.problem(at, sentence));
      return;
    }
    this.readProfile(file, path, bytes, at);
  }

  private async readShipped(name: string): Promise<void> {
    const file = join(this.io.shippedProfiles, `${name}.yaml`);
    const bytes = await this.io.read(file).catch(() => undefined);
    if (bytes) this.readProfile(file, `shipped/${name}.yaml`, bytes, []);
  }

  private readProfile(file: string, name: string, bytes: Uint8Array, at: Path): void {
    const read = readSource(file, bytes);
    this.files[name] = read.text;
    this.problems.push(...read.problems);
    if (!read.source || read.data === undefined) return;
    const newer = versionProblem(read.source, read.data);
    if (newer) this.problems.push(newer);
    else this.add(checkProfile(read.source, [], this.registries, read.data, this.contextNames), at);
  }
}
